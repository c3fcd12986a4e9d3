/**
 * A page with one outer dialog, whose library is in the address. A button in the dialog opens the
 * upload widget. @module
 */

import * as Headless from '@headlessui/react'
import MuiDialog from '@mui/material/Dialog'
import * as Radix from '@radix-ui/react-dialog'
import { StrictMode, useEffect, useRef, useState } from 'react'
import * as Aria from 'react-aria-components'
import { createRoot } from 'react-dom/client'

const OUTERS = {
  radix: (props) => <RadixDialog {...props} />,
  'radix, not modal': (props) => <RadixDialog {...props} modal={false} />,
  'headless-ui': ({ isOpen, close, children }) => (
    <Headless.Dialog open={isOpen} onClose={close}>
      <Headless.DialogPanel data-test="outer">
        <Headless.DialogTitle>Outer</Headless.DialogTitle>
        {children}
      </Headless.DialogPanel>
    </Headless.Dialog>
  ),
  mui: ({ isOpen, close, children }) => (
    <MuiDialog open={isOpen} onClose={close} aria-label="Outer">
      <div data-test="outer">{children}</div>
    </MuiDialog>
  ),
  'react-aria': ({ isOpen, close, children }) => (
    <Aria.ModalOverlay isDismissable isOpen={isOpen} onOpenChange={close}>
      <Aria.Modal>
        <Aria.Dialog aria-label="Outer" data-test="outer">
          {children}
        </Aria.Dialog>
      </Aria.Modal>
    </Aria.ModalOverlay>
  ),
  native: (props) => <NativeDialog {...props} />,
}

function RadixDialog({ isOpen, close, children, modal = true }) {
  return (
    <Radix.Root open={isOpen} onOpenChange={(next) => next || close()} modal={modal}>
      <Radix.Portal>
        <Radix.Overlay />
        <Radix.Content data-test="outer" aria-describedby={undefined}>
          <Radix.Title>Outer</Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

function NativeDialog({ isOpen, close, children }) {
  const dialog = useRef(null)
  useEffect(() => {
    if (isOpen) dialog.current.showModal()
    else dialog.current.close()
  }, [isOpen])
  return (
    <dialog ref={dialog} onClose={close} aria-label="Outer">
      {isOpen ? <div data-test="outer">{children}</div> : null}
    </dialog>
  )
}

function Page({ library }) {
  const [isOpen, setOpen] = useState(false)
  const close = () => setOpen(false)
  const Outer = OUTERS[library]
  window.closeOuter = close
  return (
    <main>
      <h1>A page</h1>
      <button type="button" id="open-outer" onClick={() => setOpen(true)}>
        Open
      </button>
      <div style={{ height: 3000 }} />
      <Outer isOpen={isOpen} close={close}>
        <input aria-label="A field of the outer dialog" />
        <button type="button" id="upload" onClick={() => window.widget.open()}>
          Upload
        </button>
        <button type="button" id="bare" onClick={openBareDialog}>
          A bare dialog
        </button>
      </Outer>
    </main>
  )
}

// A bare `showModal` without the widget's measures: the control of these tests.
function openBareDialog() {
  const host = document.createElement('div')
  const dialog = document.createElement('dialog')
  dialog.id = 'bare-dialog'
  dialog.innerHTML = '<button type="button">Inside</button>'
  host.append(dialog)
  document.body.append(host)
  dialog.showModal()
}

window.heard = []
window.widget = window.cloudinary.createUploadWidget(
  { signatureEndpoint: '/sign', singleUploadAutoClose: false },
  (_, { event }) => window.heard.push(event),
)
createRoot(document.querySelector('#root')).render(
  <StrictMode>
    <Page library={new URLSearchParams(location.search).get('library')} />
  </StrictMode>,
)

/**
 * Page with our React components for the browser tests: a plain form, react-hook-form, and the
 * headless hook. @module
 */

import {
  CldUploadButton,
  CldUploadWidget,
  UploadDropzone,
  useUploadQueue,
} from '@countersign/react'
import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Controller, useForm } from 'react-hook-form'

const QUERY = new URLSearchParams(location.search)
const SIGNED = { signatureEndpoint: '/sign' }
/** Options that a test has put into the address. */
const OPTIONS = JSON.parse(QUERY.get('options') ?? '{}')

function PlainForm() {
  const [sent, setSent] = useState('')
  return (
    <form
      id="plain"
      onSubmit={(event) => {
        event.preventDefault()
        setSent(new FormData(event.currentTarget).getAll('photos').join('\n'))
      }}
    >
      <UploadDropzone {...SIGNED} options={OPTIONS} name="photos" accept="image/*" />
      <button type="submit">Save</button>
      <button type="reset">Reset</button>
      <output>{sent}</output>
    </form>
  )
}

function HookForm() {
  const { control, handleSubmit } = useForm({ defaultValues: { photos: [] } })
  const [sent, setSent] = useState('')
  return (
    <form
      id="hook-form"
      onSubmit={handleSubmit(({ photos }) =>
        setSent(photos.map((photo) => photo.public_id).join()),
      )}
    >
      <Controller
        control={control}
        name="photos"
        rules={{ validate: (photos) => photos.length > 0 || 'Add a photo' }}
        render={({ field, fieldState }) => (
          <>
            <UploadDropzone {...SIGNED} onChange={field.onChange} onBlur={field.onBlur} />
            <p role="alert">{fieldState.error?.message}</p>
          </>
        )}
      />
      <button type="submit">Save</button>
      <output>{sent}</output>
    </form>
  )
}

function Headless() {
  const [folder, setFolder] = useState('first')
  const { items, add, cancel, clear, assets } = useUploadQueue({
    ...SIGNED,
    options: QUERY.has('options') ? OPTIONS : { folder },
  })
  return (
    <section id="headless">
      <input type="file" multiple onChange={(event) => add([...event.target.files])} />
      <button type="button" onClick={() => setFolder('second')}>
        Another folder
      </button>
      <button type="button" onClick={() => cancel()}>
        Stop
      </button>
      <button type="button" onClick={clear}>
        Clear
      </button>
      <output>{items.map(({ file, state }) => `${file.name} ${state.status}`).join()}</output>
      <p>{assets.length}</p>
    </section>
  )
}

function Openers() {
  const openAnother = (cloudinary) => {
    const another = cloudinary.createUploadWidget(SIGNED, (_, { event }) => {
      document.title = `${document.title} ${event}`
    })
    another.open()
  }
  return (
    <CldUploadWidget {...SIGNED}>
      {({ widget, cloudinary }) => (
        <>
          <button type="button" id="by-widget" onClick={() => widget.open()}>
            Open by the widget
          </button>
          <button type="button" id="by-cloudinary" onClick={() => openAnother(cloudinary)}>
            Open another
          </button>
        </>
      )}
    </CldUploadWidget>
  )
}

function Button() {
  const nothing = () => undefined
  return (
    <CldUploadButton
      {...SIGNED}
      id="by-button"
      config={{}}
      fetcher={fetch}
      options={{ multiple: true }}
      uploadPreset="photos"
      onCompleted={nothing}
      onError={nothing}
      onOpen={nothing}
      onSuccess={nothing}
      onSuccessAction={nothing}
      onUpload={nothing}
    />
  )
}

/** Hides the component and shows it again, as a route change does. */
function Page() {
  const [isShown, setShown] = useState(true)
  const parts = {
    plain: PlainForm,
    'hook-form': HookForm,
    headless: Headless,
    openers: Openers,
    button: Button,
  }
  const Part = parts[QUERY.get('part')]
  return (
    <main>
      <h1>A page</h1>
      {isShown ? <Part /> : null}
      <button type="button" id="leave" onClick={() => setShown(false)}>
        Leave
      </button>
      <button type="button" id="back" onClick={() => setShown(true)}>
        Back
      </button>
    </main>
  )
}

createRoot(document.querySelector('#root')).render(
  <StrictMode>
    <Page />
  </StrictMode>,
)

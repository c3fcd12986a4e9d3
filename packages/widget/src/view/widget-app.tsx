/** Everything inside the shadow root. @module */

import type { DragEventHandler, JSX, RefObject } from 'preact'
import { acceptAttribute, checkType } from '../core/index.js'
import { droppedFiles, hoveringTypes } from './dropped-files.js'
import { DragOver, EmptyView } from './empty-view.js'
import { Footer } from './footer.js'
import { Header } from './header.js'
import { MiniBar } from './mini-bar.js'
import type { WidgetModel } from './model.js'
import { openPicker, type PickFiles } from './pick-files.js'
import { ProblemView } from './problem-view.js'
import { FinishedView, QueueView } from './queue-view.js'

interface AppProps {
  readonly model: WidgetModel
  readonly dialog: RefObject<HTMLDialogElement | null>
  readonly field: RefObject<HTMLInputElement | null>
}

/** The dialog with the view that is due, and the bar while minimised. */
export function WidgetApp({ model, dialog, field }: AppProps): JSX.Element {
  const texts = model.texts
  const isMultiple = model.options.multiple !== false
  const pick: PickFiles = (kind) => {
    if (field.current) openPicker(field.current, kind, { rules: model.rules, isMultiple })
  }
  const addPicked = (input: HTMLInputElement): void => {
    const files = [...(input.files ?? [])]
    // Emptied, or choosing the same file again would be no change.
    input.value = ''
    void model.host.addFiles(files)
  }
  return (
    <div class="root" lang={texts.language} dir={texts.direction}>
      <dialog
        ref={dialog}
        class="overlay"
        aria-labelledby="t"
        data-react-aria-top-layer="true"
        data-test="dialog"
        {...{ closedby: model.totals.active > 0 ? 'none' : 'closerequest' }}
        {...dropHandlers(model)}
      >
        <section class="panel" part="panel">
          <Header model={model} />
          <Body model={model} pick={pick} />
          <input
            ref={field}
            type="file"
            name="file"
            hidden
            multiple={isMultiple}
            accept={acceptAttribute(model.rules)}
            data-test="file"
            aria-label={texts.say('local.browse')}
            onChange={(event) => addPicked(event.currentTarget)}
          />
        </section>
        <LiveRegions model={model} />
      </dialog>
      {model.display === 'minimized' ? (
        <>
          <MiniBar model={model} />
          <LiveRegions model={model} />
        </>
      ) : null}
    </div>
  )
}

function Body({ model, pick }: { model: WidgetModel; pick: PickFiles }): JSX.Element {
  const { screen, problem, drag } = model
  if (problem) return <ProblemView model={model} problem={problem} />
  if (screen === 'empty') return <EmptyView model={model} pick={pick} />
  return (
    <>
      {screen === 'finished' ? <FinishedView model={model} /> : <QueueView model={model} />}
      {drag ? (
        <div class="body over">
          <DragOver model={model} />
        </div>
      ) : null}
      <Footer model={model} pick={pick} />
    </>
  )
}

function LiveRegions({ model }: { model: WidgetModel }): JSX.Element {
  const { status, alert } = model
  return (
    <div class="sr">
      <div role="status" aria-live="polite">
        {status}
      </div>
      <div role="alert">{alert}</div>
    </div>
  )
}

type DropHandlers = Readonly<
  Record<
    'onDragEnter' | 'onDragOver' | 'onDragLeave' | 'onDrop',
    DragEventHandler<HTMLDialogElement>
  >
>

function dropHandlers(model: WidgetModel): DropHandlers {
  const hover = (event: DragEvent): void => {
    const { dataTransfer } = event
    if (!dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    const types = hoveringTypes(dataTransfer)
    const isAllowed =
      model.screen !== 'problem' &&
      (types.length === 0 || types.some((type) => isTypeAllowed(type, model)))
    dataTransfer.dropEffect = isAllowed ? 'copy' : 'none'
    const files = Math.max(1, types.length)
    const now = model.drag
    if (now?.files !== files || now.isAllowed !== isAllowed)
      model.set({ drag: { files, isAllowed } })
  }
  return {
    onDragEnter: hover,
    onDragOver: hover,
    onDragLeave: (event) => {
      const { relatedTarget, currentTarget } = event
      const isInside = relatedTarget instanceof Node && currentTarget.contains(relatedTarget)
      if (!isInside) model.set({ drag: undefined })
    },
    onDrop: (event) => {
      model.set({ drag: undefined })
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      if (model.screen === 'problem') return
      void droppedFiles(event.dataTransfer).then((files) => model.host.addFiles(files))
    },
  }
}

function isTypeAllowed(type: string, model: WidgetModel): boolean {
  return type === '' || checkType({ name: '', type }, model.rules) === null
}

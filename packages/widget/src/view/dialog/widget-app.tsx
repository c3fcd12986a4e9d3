/** The root component inside the shadow root. @module */

import type { JSX, RefObject } from 'preact'
import { acceptAttribute } from '../../core/files/check-file.js'
import { openPicker, type PickFiles } from '../files/pick-files.js'
import type { WidgetModel } from '../state/model.js'
import { DragOver, EmptyView } from './empty-view.js'
import { Header } from './header.js'
import {
  FilesView,
  Footer,
  loadFilesView,
  MiniBar,
  PanelView,
  ProblemView,
  SourceMenu,
} from './parts.js'

interface AppProps {
  readonly model: WidgetModel
  readonly dialog: RefObject<HTMLDialogElement | null>
  readonly field: RefObject<HTMLInputElement | null>
  /** True if the widget is inside the page's own element instead of a dialog. */
  readonly isInline: boolean
}

/** Draws the current view in a dialog or in the page, and the bar while minimized. */
export function WidgetApp({ model, dialog, field, isInline }: AppProps): JSX.Element {
  const { texts } = model
  const panel = <WidgetPanel model={model} field={field} isInline={isInline} />
  return (
    <div class="root" lang={texts.language} dir={texts.direction}>
      {isInline ? (
        panel
      ) : (
        <dialog
          ref={dialog}
          class="overlay"
          aria-labelledby="t"
          data-react-aria-top-layer="true"
          data-test="dialog"
          {...{ closedby: model.isBusy ? 'none' : 'closerequest' }}
        >
          {panel}
          <LiveRegions model={model} />
        </dialog>
      )}
      {isInline ? <LiveRegions model={model} /> : null}
      {model.display === 'minimized' ? (
        <>
          <MiniBar model={model} />
          <LiveRegions model={model} />
        </>
      ) : null}
    </div>
  )
}

function WidgetPanel({ model, field, isInline }: Omit<AppProps, 'dialog'>): JSX.Element {
  const { texts, rules } = model
  const { isMultiple } = model
  const pick: PickFiles = (kind) => {
    // Choosing files takes longer than loading their view, so loading starts now.
    void loadFilesView().catch(() => undefined)
    if (field.current) openPicker(field.current, kind, { rules, isMultiple })
  }
  const addPicked = (input: HTMLInputElement): void => {
    const files = [...(input.files ?? [])]
    // Without this, choosing the same file again would cause no `change` event.
    input.value = ''
    void model.host.addFiles(files)
  }
  return (
    <section class={isInline ? 'panel inline' : 'panel'} part="panel" aria-labelledby="t">
      <Header model={model} isInline={isInline} />
      <Body model={model} pick={pick} />
      <input
        ref={field}
        type="file"
        name="file"
        hidden
        multiple={isMultiple}
        accept={acceptAttribute(rules)}
        data-test="file"
        aria-label={texts.say('local.browse')}
        onChange={(event) => addPicked(event.currentTarget)}
      />
    </section>
  )
}

function Body({ model, pick }: { model: WidgetModel; pick: PickFiles }): JSX.Element {
  const { screen, problem, panel } = model
  if (problem) return <ProblemView model={model} problem={problem} />
  if (screen === 'empty') return <EmptyView model={model} pick={pick} />
  return (
    <>
      {panel ? (
        <PanelView model={model} pick={pick} />
      ) : (
        <>
          <FilesView model={model} />
          <Footer model={model} pick={pick} />
          {model.isMenuOpen ? <SourceMenu model={model} pick={pick} /> : null}
        </>
      )}
      {model.drag ? (
        <div class="body over">
          <DragOver model={model} />
        </div>
      ) : null}
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

/** The parts of the view that are loaded when they are due. @module */

import type { MediaError } from '@countersign/protocol/errors'
import type { JSX } from 'preact'
import { lazy } from '../controls/lazy.js'
import type { PickFiles } from '../files/pick-files.js'
import type { WidgetModel } from '../state/model.js'

interface PartProps {
  readonly model: WidgetModel
}

interface PickingProps extends PartProps {
  readonly pick: PickFiles
}

type Part<Props> = (props: Props) => JSX.Element | null

/** What shows files, and says what becomes of them. */
export function loadFilesView(): Promise<typeof import('../files/files-view.js')> {
  return import('../files/files-view.js')
}

/** Colours and fonts of an app. */
export function loadPalette(): Promise<typeof import('../styling/palette.js')> {
  return import('../styling/palette.js')
}

/** The title above files. */
export const FilesTitle: Part<PartProps> = lazy(
  loadFilesView,
  ({ FilesTitle: View }) => View,
  ({ model }) => (
    <div class="titles">
      <h2 id="t" part="title" tabIndex={-1}>
        {model.texts.say('queue.title_uploading')}
      </h2>
    </div>
  ),
)

/** Every file as a row, or as a tile at the end. */
export const FilesView: Part<PartProps> = lazy(loadFilesView, ({ FilesView: View }) => View)

/** The bar while minimised. */
export const MiniBar: Part<PartProps> = lazy(loadFilesView, ({ MiniBar: View }) => View)

/** The next step below the files; where its code cannot be had, at least the way out. */
export const Footer: Part<PickingProps> = lazy(
  loadFilesView,
  ({ Footer: View }) => View,
  ({ model }) => (model.isAsking ? <StopButton model={model} /> : null),
)

/** Why nothing can be uploaded; where its code cannot be had either, at least the sentence. */
export const ProblemView: Part<PartProps & { readonly problem: MediaError }> = lazy(
  () => import('./problem-view.js'),
  ({ ProblemView: View }) => View,
  ({ model, problem }) => (
    <div class="note" part="message">
      <p>{model.texts.reason(problem)}</p>
    </div>
  ),
)

const loadSources = (): Promise<typeof import('../sources/source-list.js')> =>
  import('../sources/source-list.js')

/** The sources below the drop zone. */
export const SourceRow: Part<PickingProps> = lazy(loadSources, ({ SourceRow: View }) => View)

/** The sources above Add more. */
export const SourceMenu: Part<PickingProps> = lazy(loadSources, ({ SourceMenu: View }) => View)

/** The ways to add files on a phone. */
export const PhoneWays: Part<PickingProps> = lazy(loadSources, ({ PhoneWays: View }) => View)

/** What stands in front of the list. */
export const PanelView: Part<PickingProps> = lazy(
  () => import('./panel-view.js'),
  ({ PanelView: View }) => View,
)

function StopButton({ model }: { model: WidgetModel }): JSX.Element {
  return (
    <footer class="foot">
      <button class="btn" type="button" onClick={() => model.host.close(true)}>
        {model.texts.say('uploader.stop')}
      </button>
    </footer>
  )
}

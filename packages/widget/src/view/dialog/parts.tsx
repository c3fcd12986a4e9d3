/** The lazily loaded parts of the view. @module */

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

/** Loads the part that shows and announces files. */
export function loadFilesView(): Promise<typeof import('../files/files-view.js')> {
  return import('../files/files-view.js')
}

/** Loads the part that applies an app's colors and fonts. */
export function loadPalette(): Promise<typeof import('../styling/palette.js')> {
  return import('../styling/palette.js')
}

/** Draws the title above the files. */
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

/** Draws every file as a row, or as a tile after the upload. */
export const FilesView: Part<PartProps> = lazy(loadFilesView, ({ FilesView: View }) => View)

/** Draws the bar of the minimized widget. */
export const MiniBar: Part<PartProps> = lazy(loadFilesView, ({ MiniBar: View }) => View)

/** Draws the footer below the files. If its code cannot be loaded, draws at least the button that stops the uploads. */
export const Footer: Part<PickingProps> = lazy(
  loadFilesView,
  ({ Footer: View }) => View,
  ({ model }) => (model.isAsking ? <StopButton model={model} /> : null),
)

/** Draws the reason why nothing can be uploaded. If its code cannot be loaded, draws at least the sentence. */
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

/** Draws the sources below the drop zone. */
export const SourceRow: Part<PickingProps> = lazy(loadSources, ({ SourceRow: View }) => View)

/** Draws the menu of sources above Add more. */
export const SourceMenu: Part<PickingProps> = lazy(loadSources, ({ SourceMenu: View }) => View)

/** Draws the sources on a phone. */
export const PhoneWays: Part<PickingProps> = lazy(loadSources, ({ PhoneWays: View }) => View)

/** Draws the open panel. */
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

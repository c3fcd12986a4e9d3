/** The views with files: one part, as they share what draws a file. @module */

import type { JSX } from 'preact'
import finishedSheet from './finished-view.css'
import { FinishedView } from './finished-view.js'
import { enFiles } from './locales/en-files.js'
import miniSheet from './mini-bar.css'
import type { WidgetModel } from './model.js'
import queueSheet from './queue-view.css'
import { QueueView } from './queue-view.js'
import { addWords } from './words.js'

export { announceChange, noticeText } from './announce-files.js'
export { FilesTitle } from './files-title.js'
export { Footer } from './footer.js'
export { MiniBar } from './mini-bar.js'
export { takeDrop } from './take-drop.js'

addWords(enFiles)

/** Style sheets of this part. */
export const sheets: readonly string[] = [queueSheet, finishedSheet, miniSheet]

/** Every file as a row, or as a tile once all went well. */
export function FilesView({ model }: { model: WidgetModel }): JSX.Element {
  return model.screen === 'finished' ? <FinishedView model={model} /> : <QueueView model={model} />
}

/** The views with files. They are one part, because they share the code that draws a file. @module */

import type { JSX } from 'preact'
import type { WidgetModel } from '../state/model.js'
import { enFiles } from '../words/locales/en-files.js'
import { addWords } from '../words/words.js'
import finishedSheet from './finished-view.css'
import { FinishedView } from './finished-view.js'
import miniSheet from './mini-bar.css'
import queueSheet from './queue-view.css'
import { QueueView } from './queue-view.js'

export { announceChange, noticeText } from './announce-files.js'
export { FilesTitle } from './files-title.js'
export { Footer } from './footer.js'
export { MiniBar } from './mini-bar.js'
export { takeDrop } from './take-drop.js'

addWords(enFiles)

/** Style sheets of this part. */
export const sheets: readonly string[] = [queueSheet, finishedSheet, miniSheet]

/** Draws every file as a row, or as a tile once all files are uploaded. */
export function FilesView({ model }: { model: WidgetModel }): JSX.Element {
  return model.screen === 'finished' ? <FinishedView model={model} /> : <QueueView model={model} />
}

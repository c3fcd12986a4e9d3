/** What widget and view ask of each other. @module */

import type { MediaError } from '@countersign/protocol/errors'
import type { QueueChange, UploadQueue } from '../core/index.js'
import type { UploadWidgetOptions } from '../options.js'

/** What a view may ask of its widget. */
export interface WidgetHost {
  readonly queue: UploadQueue
  /** The options as they are now. */
  options(): UploadWidgetOptions
  addFiles(files: readonly File[]): Promise<void>
  cancel(ids?: readonly string[]): void
  retry(ids?: readonly string[]): void
  remove(id: string): void
  /** Close; asks first while something uploads, unless a person has confirmed. */
  close(isConfirmed: boolean): void
  minimize(): void
  expand(): void
  showCompleted(): void
  /** Ask the endpoint again. @returns Whether uploads can work. */
  checkConfiguration(): Promise<boolean>
}

/** What became of files that a person added, in numbers. */
export interface WidgetNotice {
  readonly added: number
  readonly leftOut: number
  readonly known: number
}

/** A mounted view. */
export interface WidgetView {
  show(display: 'shown' | 'hidden' | 'minimized'): void
  /** Ask a person whether to stop the uploads. */
  askToClose(): void
  /** Show why nothing can be uploaded; `undefined` takes it away. */
  setProblem(problem: MediaError | undefined): void
  notify(notice: WidgetNotice): void
  follow(change: QueueChange): void
  /** Read the options again. */
  update(): void
  /** Leave nothing in the document. */
  destroy(): void
}

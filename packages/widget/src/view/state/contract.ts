/** The contract between a widget and its view. @module */

import type { MediaError } from '@countersign/protocol/errors'
import type { NewUpload, QueueChange, UploadQueue } from '../../core/index.js'
import type { UploadWidgetOptions } from '../../options/options.js'

/** Advanced options that people may set for the next files. */
export type EditedOptions = Pick<
  UploadWidgetOptions,
  'publicId' | 'tags' | 'folder' | 'assetFolder' | 'uploadPreset'
>

/** The widget's functions for its view. */
export interface WidgetHost {
  readonly queue: UploadQueue
  /** Returns the current options. */
  options(): UploadWidgetOptions
  /** Adds files. With the option `cropping`, opens the crop view first. */
  addFiles(files: readonly File[]): Promise<void>
  /** Adds addresses that the server fetches. */
  addUrls(urls: readonly string[]): Promise<void>
  /** Sends files that `autoUpload: false` holds back. */
  upload(): void
  cancel(ids?: readonly string[]): void
  pause(ids?: readonly string[]): void
  resume(ids?: readonly string[]): void
  retry(ids?: readonly string[]): void
  /**
   * Removes a file from the list, and an uploaded file from the page's form and thumbnails. The file stays on the server; `undo` deletes
   * it.
   */
  remove(id: string): void
  /** Deletes an uploaded file with a delete token from the server, and removes it from the list. @returns True if the server deleted it. */
  undo(id: string): Promise<boolean>
  /** Called when a person opens a source. */
  sourceOpened(source: string): void
  /** Applies options that a person set for the next files. */
  edit(options: EditedOptions): void
  /** Closes the widget. While files upload, asks the person first, unless `isConfirmed`. */
  close(isConfirmed: boolean): void
  minimize(): void
  expand(): void
  showCompleted(): void
  /** Fetches the endpoint's limits again. @returns True if uploads can work. */
  checkConfiguration(): Promise<boolean>
}

/** Number of files that were added and not added. */
export interface WidgetNotice {
  /** Files that were added to the queue. */
  readonly added: number
  /** Files over `maxFiles`. */
  readonly leftOut: number
  /** Files that were already in the list. */
  readonly known: number
  /** True after another user signed in and the first user's files were removed. */
  readonly isUserChanged?: boolean
}

/** A mounted view. */
export interface WidgetView {
  show(display: 'shown' | 'hidden' | 'minimized'): void
  /** Opens a source, as `open(source)` and `defaultSource` request. */
  openSource?(source: string): void
  /** Opens the crop view for images before they are added. @returns The uploads; `null` if the person left. */
  crop?(files: readonly File[]): Promise<readonly NewUpload[] | null>
  /** Asks the person whether to stop the uploads. */
  askToClose(): void
  /** Shows why nothing can be uploaded; `undefined` hides the problem. */
  setProblem(problem: MediaError | undefined): void
  notify(notice: WidgetNotice): void
  follow(change: QueueChange): void
  /** Reads the options again. */
  update(): void
  /** Removes the view from the document. */
  destroy(): void
}

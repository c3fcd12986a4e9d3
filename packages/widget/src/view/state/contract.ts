/** What widget and view ask of each other. @module */

import type { MediaError } from '@countersign/protocol/errors'
import type { NewUpload, QueueChange, UploadQueue } from '../../core/index.js'
import type { UploadWidgetOptions } from '../../options/options.js'

/** What a person may set for the files to come, in the advanced options. */
export type EditedOptions = Pick<
  UploadWidgetOptions,
  'publicId' | 'tags' | 'folder' | 'assetFolder' | 'uploadPreset'
>

/** What a view may ask of its widget. */
export interface WidgetHost {
  readonly queue: UploadQueue
  /** The options as they are now. */
  options(): UploadWidgetOptions
  /** Add files; `cropping` asks for a crop first. */
  addFiles(files: readonly File[]): Promise<void>
  /** Add files that the server fetches. */
  addUrls(urls: readonly string[]): Promise<void>
  /** Send what `autoUpload: false` holds back. */
  upload(): void
  cancel(ids?: readonly string[]): void
  pause(ids?: readonly string[]): void
  resume(ids?: readonly string[]): void
  retry(ids?: readonly string[]): void
  /** Take a file out of the list, and an uploaded one out of the page's form and thumbnails. It stays on the server: see `undo`. */
  remove(id: string): void
  /** Delete an uploaded file that has a delete token from the server, and take it out. @returns Whether the server did. */
  undo(id: string): Promise<boolean>
  /** A person opened a source. */
  sourceOpened(source: string): void
  /** A person set options for the files to come. */
  edit(options: EditedOptions): void
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
  /** True after another user signed in and the first user's files were removed. */
  readonly isUserChanged?: boolean
}

/** A mounted view. */
export interface WidgetView {
  show(display: 'shown' | 'hidden' | 'minimized'): void
  /** Show a source, as `open(source)` and `defaultSource` ask. */
  openSource?(source: string): void
  /** Let a person crop pictures before they are added. @returns What is to be uploaded; `null` where the person left. */
  crop?(files: readonly File[]): Promise<readonly NewUpload[] | null>
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

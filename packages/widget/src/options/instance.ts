/** What `createUploadWidget` returns. @module */

import type { QueueFile, UploadWidgetCallback } from './events.js'
import type { UploadWidgetInput, WidgetSource } from './options.js'

/** One widget of a page. Nothing is in the document and nothing is fetched before `open`. */
export interface UploadWidgetInstance {
  /** Show the widget. Anything but a source's name (a click event, say) is ignored; addresses among `files` are fetched by the server. */
  open(
    source?: WidgetSource | null | unknown,
    extra?: { readonly files?: readonly (File | string)[] },
  ): void
  /** Close and start afresh next time. While files upload it asks first, unless `quiet`. */
  close(options?: { readonly quiet?: boolean }): void
  /** Take the widget away and keep its files. */
  hide(): void
  /** Show it again as it was. */
  show(): void
  /** Shrink to the bar; uploads go on. */
  minimize(): void
  /** Send what `autoUpload: false` holds back. @returns All files, once nothing waits and nothing runs any more. */
  upload(): Promise<readonly QueueFile[]>
  /** Change options of the living widget, and its callback where one is given. */
  update(options: UploadWidgetInput, callback?: UploadWidgetCallback): void
  /** Stop every upload and leave nothing behind; thumbnails stay, unless `removeThumbnails`. */
  destroy(options?: { readonly removeThumbnails?: boolean }): Promise<void>
  /** Whether the dialog is seen. */
  isShowing(): boolean
  /** Whether it is the bar. */
  isMinimized(): boolean
  /** Whether `destroy` was called. */
  isDestroyed(): boolean
}

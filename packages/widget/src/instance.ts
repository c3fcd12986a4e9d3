/** What `createUploadWidget` returns. @module */

import type { UploadWidgetCallback } from './events.js'
import type { UploadWidgetInput, WidgetSource } from './options.js'

/** One widget of a page. Nothing is in the document and nothing is fetched before `open`. */
export interface UploadWidgetInstance {
  /** Show the widget. Anything but a source's name (a click event, say) is ignored. */
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
  /** Change options of the living widget, and its callback where one is given. */
  update(options: UploadWidgetInput, callback?: UploadWidgetCallback): void
  /** Stop every upload and leave nothing behind. */
  destroy(options?: { readonly removeThumbnails?: boolean }): Promise<void>
  isShowing(): boolean
  isMinimized(): boolean
  isDestroyed(): boolean
}

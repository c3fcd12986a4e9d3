/** The widget's methods. @module */

import type { QueueFile, UploadWidgetCallback } from './events.js'
import type { UploadWidgetInput, WidgetSource } from './options.js'

/** A widget on a page. Fetches nothing and adds nothing to the document before `open`. */
export interface UploadWidgetInstance {
  /**
   * Opens the widget, with the given source first. Ignores any other first argument, such as a click event. The server fetches addresses
   * among `files`.
   */
  open(
    source?: WidgetSource | null | unknown,
    extra?: { readonly files?: readonly (File | string)[] },
  ): void
  /** Closes the widget and forgets its files. While files upload, asks the person first, unless `quiet` is true. */
  close(options?: { readonly quiet?: boolean }): void
  /** Hides the widget and keeps its files. */
  hide(): void
  /** Shows a hidden or minimized widget again. */
  show(): void
  /** Shrinks the widget to the bar. Uploads continue. */
  minimize(): void
  /** Sends files that `autoUpload: false` holds back. @returns All files, once no file is waiting or running. */
  upload(): Promise<readonly QueueFile[]>
  /** Changes options of the widget, and its callback if one is given. */
  update(options: UploadWidgetInput, callback?: UploadWidgetCallback): void
  /** Stops every upload and removes the widget from the document. Thumbnails stay, unless `removeThumbnails` is true. */
  destroy(options?: { readonly removeThumbnails?: boolean }): Promise<void>
  /** Returns true if the dialog is visible. */
  isShowing(): boolean
  /** Returns true if the widget is minimized to the bar. */
  isMinimized(): boolean
  /** Returns true after `destroy`. */
  isDestroyed(): boolean
}

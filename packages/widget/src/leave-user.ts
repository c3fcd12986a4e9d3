/** What a widget does when another user has signed in. Loaded apart. @module */

import type { UploadResult } from './events.js'
import { removeFromForm } from './form-fields.js'
import { removeThumbnails } from './thumbnails.js'
import type { SessionHost } from './upload-session.js'

/**
 * Takes what the first user uploaded out of the page's form and thumbnails, and tells the page and the person that files are gone.
 *
 * @param left.shown Assets of the first user.
 * @param left.files How many files were taken out of the queue.
 */
export function leaveUser(
  { emit, options, view }: Pick<SessionHost, 'emit' | 'options' | 'view'>,
  { shown, files }: { readonly shown: readonly UploadResult[]; readonly files: number },
): void {
  for (const asset of shown) {
    removeFromForm(asset, options())
    removeThumbnails(options(), asset)
  }
  if (files === 0) return
  emit('batch-cancelled', { reason: 'USER_CHANGED' })
  view()?.notify({ added: 0, leftOut: 0, known: 0, isUserChanged: true })
}

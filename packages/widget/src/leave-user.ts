/** Clears a widget after another user signed in. A separate chunk. @module */

import { removeFromForm } from './form/form-fields.js'
import { removeThumbnails } from './form/thumbnails.js'
import type { UploadResult } from './options/events.js'
import type { SessionHost } from './upload-session.js'

/**
 * Removes the first user's uploads from the page's form and thumbnails, and notifies the page and the person about removed files.
 *
 * @param left.shown Assets of the first user.
 * @param left.files Number of files that were removed from the queue.
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

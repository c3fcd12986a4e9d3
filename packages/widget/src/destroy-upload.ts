/** Deletes uploaded assets by their delete tokens. @module */

import type { UploadQueue } from './core/index.js'
import { removeFromForm } from './form/form-fields.js'
import { removeThumbnails } from './form/thumbnails.js'
import type { UploadResult } from './options/events.js'
import type { UploadWidgetOptions } from './options/options.js'
import type { SessionHost } from './upload-session.js'

/**
 * Deletes an asset with its delete token, and removes it from the list, the page's form and the thumbnails.
 *
 * @param url `https://host/v1_1/<cloud>`
 * @returns True if the server deleted the asset. Tokens are valid for ten minutes.
 */
export async function destroyUpload(
  url: string,
  asset: UploadResult,
  {
    queue,
    options,
    emit,
  }: Pick<SessionHost, 'options' | 'emit'> & { readonly queue: Pick<UploadQueue, 'remove'> },
): Promise<boolean> {
  if (asset.delete_token === undefined) return false
  const body = new FormData()
  body.append('token', asset.delete_token)
  try {
    const reply = await fetch(`${url}/delete_by_token`, { method: 'POST', body })
    if (!reply.ok) return false
  } catch {
    return false
  }
  hideUpload(asset, options())
  queue.remove(asset.id)
  emit('deleted', asset)
  return true
}

/** Removes an asset from the page's form and thumbnails. */
export function hideUpload(asset: UploadResult, options: UploadWidgetOptions): void {
  removeFromForm(asset, options)
  removeThumbnails(options, asset)
}

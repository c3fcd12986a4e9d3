/** What the app has heard of: one entry an upload, told by the server. A real app writes to its database here. @module */

import type { Asset } from '@countersign/endpoint'

/** What `onUploaded` answers; the page gets it as it is. */
export interface Recorded {
  /** Uploads of this user that the app has heard of. */
  readonly count: number
}

// Next bundles each route on its own, so a module's variable would exist more than once.
const store = globalThis as typeof globalThis & { demoUploads?: Map<string, Map<string, string>> }

/** Remember an upload. It may be told twice: the event's id stays the same. */
export function recordUpload(asset: Asset, userId = 'nobody', eventId = ''): Recorded {
  store.demoUploads ??= new Map()
  const uploads = store.demoUploads.get(userId) ?? new Map<string, string>()
  store.demoUploads.set(userId, uploads.set(eventId, asset.publicId))
  return { count: uploads.size }
}

/** Records the uploads that the media server has reported. A real app writes to its database here. @module */

import type { Asset } from '@countersign/endpoint'

/** Result of `onUploaded`. The page receives it unchanged. */
export interface Recorded {
  /** Number of reported uploads of this user. */
  readonly count: number
}

// Next bundles each route separately, so a module's variable would exist more than once.
const store = globalThis as typeof globalThis & { demoUploads?: Map<string, Map<string, string>> }

/** Records an upload. A repeated report has the same event id and counts once. */
export function recordUpload(asset: Asset, userId = 'nobody', eventId = ''): Recorded {
  store.demoUploads ??= new Map()
  const uploads = store.demoUploads.get(userId) ?? new Map<string, string>()
  store.demoUploads.set(userId, uploads.set(eventId, asset.publicId))
  return { count: uploads.size }
}

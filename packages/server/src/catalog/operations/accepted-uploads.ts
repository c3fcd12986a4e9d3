/** Uploads that were answered before they are stored: their bytes are durable, their work is an event. @module */

import type { NewBlob } from '../new-upload.js'
import { type Operation, type Queries, run } from '../operation.js'
import type { NewEvent } from '../outbox-event.js'
import { oweEvent } from './outbox-events.js'

/** Keep a blob that no asset names yet, and owe the event that makes one of it. */
export function* acceptUpload(
  queries: Queries,
  query: { cloud: string; blob: NewBlob; event: NewEvent; now: number },
): Operation<void> {
  const { cloud, blob, event, now } = query
  const row = { blob_id: blob.blobId, cloud, bytes: blob.bytes, md5: blob.md5, created_at: now }
  const state = { orphaned_at: null, quarantined_at: null }
  yield* run(queries.insertInto('blobs').values({ ...row, ...state }))
  yield* oweEvent(queries, { cloud, event, asset: null, nonce: null, now })
}

/** Owe work whose bytes are all stored already. */
export function* acceptWork(
  queries: Queries,
  query: { cloud: string; event: NewEvent; now: number },
): Operation<void> {
  yield* oweEvent(queries, { ...query, asset: null, nonce: null })
}

/** Leave a blob to the collector that nobody needs any more. */
export function* releaseBlob(
  queries: Queries,
  query: { blobId: string; now: number },
): Operation<void> {
  yield* run(
    queries
      .updateTable('blobs')
      .set({ orphaned_at: query.now })
      .where('blob_id', '=', query.blobId)
      .where('orphaned_at', 'is', null),
  )
}

/** Stores uploads that are answered before they are processed: the blob is stored, and an event processes it later. @module */

import type { NewBlob } from '../new-upload.js'
import { type Operation, type Queries, run } from '../operation.js'
import type { NewEvent } from '../outbox-event.js'
import { insertion, type Statement, statement } from '../statement.js'
import type { BlobRow } from '../tables.js'
import { enqueueEvent } from './outbox-events.js'

/** Stores the row of a blob that has no asset yet, and enqueues the event that turns it into an asset. */
export function* acceptUpload(
  queries: Queries,
  query: { cloud: string; blob: NewBlob; event: NewEvent; now: number },
): Operation<void> {
  const { cloud, blob, event, now } = query
  const row = { blob_id: blob.blobId, cloud, bytes: blob.bytes, md5: blob.md5, created_at: now }
  const state = { orphaned_at: null, quarantined_at: null }
  yield* run(insertBlob(queries, { ...row, ...state }))
  yield* enqueueEvent(queries, { cloud, event, asset: null, nonce: null, now })
}

/** Inserts the row of a blob. */
export const insertBlob: Statement<BlobRow, unknown> = insertion('blobs', [
  'blob_id',
  'cloud',
  'bytes',
  'md5',
  'created_at',
  'orphaned_at',
  'quarantined_at',
])

/** Enqueues an event whose bytes are already stored. */
export function* acceptWork(
  queries: Queries,
  query: { cloud: string; event: NewEvent; now: number },
): Operation<void> {
  yield* enqueueEvent(queries, { ...query, asset: null, nonce: null })
}

/** Marks a blob as orphaned, so that the collector deletes it. A blob that is already marked keeps its time. */
export function* releaseBlob(
  queries: Queries,
  query: { blobId: string; now: number },
): Operation<void> {
  yield* run(orphanBlob(queries, query))
}

const orphanBlob = statement((queries, query: { blobId: string; now: number }) =>
  queries
    .updateTable('blobs')
    .set({ orphaned_at: query.now })
    .where('blob_id', '=', query.blobId)
    .where('orphaned_at', 'is', null),
)

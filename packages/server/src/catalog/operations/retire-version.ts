/** Retires a version that was replaced or deleted. @module */

import type { Asset } from '../asset.js'
import { type Operation, type Queries, run } from '../operation.js'
import { statement } from '../statement.js'
import { forgetDerivatives } from './derivatives.js'

/**
 * Deletes the derivatives of a version and marks its blob for the collector, unless the version is kept.
 *
 * The collector deletes the blob a day later, because readers may still be streaming it.
 */
export function* retireVersion(queries: Queries, asset: Asset, now: number): Operation<void> {
  yield* forgetDerivatives(queries, asset.assetId)
  const { versionId, blobId } = asset
  yield* run(markReplaced(queries, { versionId, now }))
  yield* run(orphanUnlessKept(queries, { versionId, blobId, now }))
}

const markReplaced = statement((queries, query: { versionId: string; now: number }) =>
  queries
    .updateTable('versions')
    .set({ replaced_at: query.now })
    .where('version_id', '=', query.versionId),
)

const orphanUnlessKept = statement(
  (queries, query: { versionId: string; blobId: string; now: number }) =>
    queries
      .updateTable('blobs')
      .set({ orphaned_at: query.now })
      .where('blob_id', '=', query.blobId)
      .where('blob_id', 'not in', (kept) =>
        kept
          .selectFrom('versions')
          .select('blob_id')
          .where('version_id', '=', query.versionId)
          .where('is_kept', '=', 1),
      ),
)

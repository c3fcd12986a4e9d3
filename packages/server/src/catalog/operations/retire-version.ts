/** Retires a version that was replaced or deleted. @module */

import type { Asset } from '../asset.js'
import { type Operation, type Queries, run } from '../operation.js'
import { forgetDerivatives } from './derivatives.js'

/**
 * Deletes the derivatives of a version and marks its blob for the collector, unless the version is kept.
 *
 * The collector deletes the blob a day later, because readers may still be streaming it.
 */
export function* retireVersion(queries: Queries, asset: Asset, now: number): Operation<void> {
  yield* forgetDerivatives(queries, asset.assetId)
  yield* run(
    queries
      .updateTable('versions')
      .set({ replaced_at: now })
      .where('version_id', '=', asset.versionId),
  )
  yield* run(
    queries
      .updateTable('blobs')
      .set({ orphaned_at: now })
      .where('blob_id', '=', asset.blobId)
      .where('blob_id', 'not in', (kept) =>
        kept
          .selectFrom('versions')
          .select('blob_id')
          .where('version_id', '=', asset.versionId)
          .where('is_kept', '=', 1),
      ),
  )
}

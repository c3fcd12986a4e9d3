/** A version that is no longer shown. @module */

import type { Asset } from '../asset.js'
import { type Operation, type Queries, run } from '../operation.js'
import { forgetDerivatives } from './derivatives.js'

/** Forget what was derived from a version, and mark its blob for the collector, which deletes it a day later: readers may still be streaming it. */
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

/** The transaction that gives an asset another name. @module */

import type { AssetName, RenameOutcome } from '../catalog.js'
import { type Operation, type Queries, run } from '../operation.js'
import { nameColumns } from './asset-rows.js'
import { removeAsset } from './destroy-asset.js'
import { readAsset } from './read-assets.js'

/** Rename; the bytes, the id and the version stay. An asset under the new name goes only where `overwrite` says so. */
export function* renameAsset(
  queries: Queries,
  query: AssetName & { to: AssetName; overwrite: boolean; now: number },
): Operation<RenameOutcome> {
  const asset = yield* readAsset(queries, query)
  if (!asset) return { outcome: 'missing' }
  const other = yield* readAsset(queries, query.to)
  if (other && other.assetId !== asset.assetId) {
    if (!query.overwrite) return { outcome: 'taken' }
    yield* removeAsset(queries, other, query.now)
  }
  yield* run(
    queries
      .updateTable('assets')
      .set({ ...nameColumns(query.to), updated_at: query.now })
      .where('asset_id', '=', asset.assetId),
  )
  return { outcome: 'renamed', asset: { ...asset, ...query.to, updatedAt: query.now } }
}

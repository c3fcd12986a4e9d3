/** The transaction that takes an asset away. @module */

import type { Asset, AssetName } from '../catalog.js'
import { type Operation, type Queries, run } from '../operation.js'
import { retireVersion } from './commit-upload.js'
import { readAsset } from './read-assets.js'

/** Remove the row now; the bytes go later, so that a crash in between leaves garbage and never a row without bytes. */
export function* destroyAsset(
  queries: Queries,
  query: AssetName & { now: number },
): Operation<Asset | null> {
  const asset = yield* readAsset(queries, query)
  if (!asset) return null
  yield* run(queries.deleteFrom('assets').where('asset_id', '=', asset.assetId))
  yield* retireVersion(queries, asset, query.now)
  return asset
}

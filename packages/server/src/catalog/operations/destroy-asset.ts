/** The transaction that takes an asset away. @module */

import type { Asset, AssetReference } from '../asset.js'
import { type Operation, type Queries, run } from '../operation.js'
import type { NewEvent } from '../outbox-event.js'
import { oweEvent } from './outbox-events.js'
import { readAsset, readAssetById } from './read-assets.js'
import { retireVersion } from './retire-version.js'

/** Remove the row now; the bytes go later, so that a crash in between leaves garbage and never a row without bytes. */
export function* destroyAsset(
  queries: Queries,
  query: AssetReference & { events?: readonly NewEvent[]; now: number },
): Operation<Asset | null> {
  const asset =
    'assetId' in query ? yield* readAssetById(queries, query) : yield* readAsset(queries, query)
  if (!asset) return null
  const { cloud, events = [], now } = query
  yield* removeAsset(queries, asset, now)
  for (const event of events) yield* oweEvent(queries, { cloud, event, asset, nonce: null, now })
  return asset
}

/** Remove the rows of an asset and give its blob to the collector. */
export function* removeAsset(queries: Queries, asset: Asset, now: number): Operation<void> {
  const { assetId } = asset
  yield* run(queries.deleteFrom('assets').where('asset_id', '=', assetId))
  yield* run(queries.deleteFrom('asset_tags').where('asset_id', '=', assetId))
  yield* retireVersion(queries, asset, now)
}

/** The transaction that deletes an asset. @module */

import type { Asset, AssetReference } from '../asset.js'
import { type Operation, type Queries, run } from '../operation.js'
import type { NewEvent } from '../outbox-event.js'
import { enqueueEvent } from './outbox-events.js'
import { readAsset, readAssetById } from './read-assets.js'
import { retireVersion } from './retire-version.js'

/**
 * Deletes an asset's row and enqueues the events. The collector deletes the blob later, so a crash in between can leave an unused blob
 * but no row without bytes.
 */
export function* destroyAsset(
  queries: Queries,
  query: AssetReference & { events?: readonly NewEvent[]; now: number },
): Operation<Asset | null> {
  const asset =
    'assetId' in query ? yield* readAssetById(queries, query) : yield* readAsset(queries, query)
  if (!asset) return null
  const { cloud, events = [], now } = query
  yield* removeAsset(queries, asset, now)
  for (const event of events)
    yield* enqueueEvent(queries, { cloud, event, asset, nonce: null, now })
  return asset
}

/** Deletes an asset's rows and marks its blob for the collector. */
export function* removeAsset(queries: Queries, asset: Asset, now: number): Operation<void> {
  const { assetId } = asset
  yield* run(queries.deleteFrom('assets').where('asset_id', '=', assetId))
  yield* run(queries.deleteFrom('asset_tags').where('asset_id', '=', assetId))
  yield* retireVersion(queries, asset, now)
}

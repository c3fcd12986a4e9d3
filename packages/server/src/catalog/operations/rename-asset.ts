/** The transaction that renames an asset. @module */

import type { AssetName, RenameOutcome } from '../asset.js'
import { type Operation, type Queries, run } from '../operation.js'
import type { NewEvent } from '../outbox-event.js'
import { nameColumns } from './asset-rows.js'
import { removeAsset } from './destroy-asset.js'
import { enqueueEvent } from './outbox-events.js'
import { readAsset } from './read-assets.js'

/** Renames an asset; its bytes, id and version stay. With `overwrite`, an asset that has the new name is deleted. */
export function* renameAsset(
  queries: Queries,
  query: AssetName & {
    to: AssetName
    overwrite: boolean
    events?: readonly NewEvent[]
    now: number
  },
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
  const { cloud, deliveryType, publicId, events = [], now } = query
  const renamed = { ...asset, ...query.to, updatedAt: now }
  const details = { from: { publicId, deliveryType } }
  for (const event of events) {
    yield* enqueueEvent(queries, { cloud, event, asset: renamed, details, nonce: null, now })
  }
  return { outcome: 'renamed', asset: renamed }
}

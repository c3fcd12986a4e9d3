/** What is derived from assets: known as long as the version that it was made of. @module */

import type { Selectable } from 'kysely'
import type { DerivedAsset } from '../new-upload.js'
import { all, first, type Operation, type Queries, run } from '../operation.js'
import type { NewEvent } from '../outbox-event.js'
import type { DerivativeRow } from '../tables.js'
import { oweEvent } from './outbox-events.js'
import { readAssetById } from './read-assets.js'

/** Note what was ordered or made of a version, and owe what comes of it; nothing of one that is no longer the newest. */
export function* writeDerivatives(
  queries: Queries,
  query: {
    cloud: string
    assetId: string
    versionId: string
    derivatives: readonly DerivedAsset[]
    events?: readonly NewEvent[]
    now: number
  },
): Operation<boolean> {
  const { cloud, derivatives, events = [], now } = query
  const asset = yield* readAssetById(queries, query)
  if (asset?.versionId !== query.versionId) return false
  yield* insertDerivatives(queries, { ...query, derivatives })
  for (const event of events) yield* oweEvent(queries, { cloud, event, asset, nonce: null, now })
  return true
}

/** The rows of {@link writeDerivatives}; an order does not undo what was made. */
export function* insertDerivatives(
  queries: Queries,
  query: {
    cloud: string
    assetId: string
    derivatives: readonly DerivedAsset[]
    now: number
  },
): Operation<void> {
  for (const derivative of query.derivatives) {
    const { widthPx: width, heightPx: height, bytes } = derivative
    const made = { width, height, bytes, created_at: query.now }
    const row = {
      derived_id: derivative.derivedId,
      cloud: query.cloud,
      asset_id: query.assetId,
      transformation: derivative.transformation,
      format: derivative.format,
      ...made,
    }
    yield* run(
      queries
        .insertInto('derivatives')
        .values(row)
        .onConflict((conflict) => {
          const same = conflict.columns(['asset_id', 'transformation', 'format'])
          return bytes === null ? same.doNothing() : same.doUpdateSet(made)
        }),
    )
  }
}

/** Forget what was derived from an asset: its bytes are others now, or gone. */
export function* forgetDerivatives(queries: Queries, assetId: string): Operation<void> {
  yield* run(queries.deleteFrom('derivatives').where('asset_id', '=', assetId))
}

/** What was ordered of an asset, in the order of the text. */
export function* listDerivatives(
  queries: Queries,
  query: { cloud: string; assetId: string },
): Operation<readonly DerivedAsset[]> {
  const rows = yield* all(
    queries
      .selectFrom('derivatives')
      .selectAll()
      .where('cloud', '=', query.cloud)
      .where('asset_id', '=', query.assetId)
      .orderBy('transformation')
      .orderBy('format'),
  )
  return rows.map(toDerivedAsset)
}

/** Whether a transformation was ordered of an asset. */
export function* hasDerivative(
  queries: Queries,
  query: { cloud: string; assetId: string; transformation: string; format: string },
): Operation<boolean> {
  const row = yield* first(
    queries
      .selectFrom('derivatives')
      .select('derived_id')
      .where('cloud', '=', query.cloud)
      .where('asset_id', '=', query.assetId)
      .where('transformation', '=', query.transformation)
      .where('format', '=', query.format),
  )
  return row !== undefined
}

/** How many transformations of an asset were ordered or made. */
export function* countDerivatives(
  queries: Queries,
  query: { cloud: string; assetId: string },
): Operation<number> {
  const row = yield* first(
    queries
      .selectFrom('derivatives')
      .select(({ fn }) => fn.countAll<number | string>().as('count'))
      .where('cloud', '=', query.cloud)
      .where('asset_id', '=', query.assetId),
  )
  return Number(row?.count ?? 0)
}

function toDerivedAsset(row: Selectable<DerivativeRow>): DerivedAsset {
  return {
    derivedId: row.derived_id,
    transformation: row.transformation,
    format: row.format,
    widthPx: row.width,
    heightPx: row.height,
    bytes: row.bytes,
  }
}

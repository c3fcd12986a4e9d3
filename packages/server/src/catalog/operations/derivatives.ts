/** What is derived from assets: known as long as the version that it was made of. @module */

import type { Selectable } from 'kysely'
import type { DerivativesOutcome, DerivedAsset } from '../new-upload.js'
import { all, first, type Operation, type Queries, run } from '../operation.js'
import type { NewEvent } from '../outbox-event.js'
import type { DerivativeRow } from '../tables.js'
import { oweEvent } from './outbox-events.js'
import { readAssetById } from './read-assets.js'

/** How long an order counts that is not made: longer than all attempts at it, in milliseconds. */
const ORDER_COUNTS_MS = 24 * 3_600_000

/** Note what was ordered or made of a version, and owe what comes of it; nothing of one that is no longer the newest, or has no room. */
export function* writeDerivatives(
  queries: Queries,
  query: {
    cloud: string
    assetId: string
    versionId: string
    derivatives: readonly DerivedAsset[]
    maxDerivatives: number
    events?: readonly NewEvent[]
    now: number
  },
): Operation<DerivativesOutcome> {
  const { cloud, assetId, derivatives, maxDerivatives, events = [], now } = query
  const asset = yield* readAssetById(queries, query)
  if (asset?.versionId !== query.versionId) return 'replaced'
  const fresh = new Set<string>()
  for (const { transformation, format } of derivatives) {
    const row = yield* readDerivative(queries, { cloud, assetId, transformation, format })
    if (!row || !isCounted(row, now)) fresh.add(`${transformation}/${format}`)
  }
  const count = yield* countDerivatives(queries, { cloud, assetId, now })
  if (fresh.size > 0 && count + fresh.size > maxDerivatives) return 'full'
  yield* insertDerivatives(queries, { ...query, derivatives })
  for (const event of events) yield* oweEvent(queries, { cloud, event, asset, nonce: null, now })
  return 'written'
}

/** The rows of {@link writeDerivatives}; an order does not undo what was made, and one that is ordered again counts from then. */
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
          if (bytes !== null) return same.doUpdateSet(made)
          return same.doUpdateSet({ created_at: query.now }).where('derivatives.bytes', 'is', null)
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

/** Whether a transformation was ordered of an asset, or made. */
export function* hasDerivative(
  queries: Queries,
  query: {
    cloud: string
    assetId: string
    transformation: string
    format: string
    isMade?: boolean
  },
): Operation<boolean> {
  const row = yield* readDerivative(queries, query)
  return row !== undefined && (row.bytes !== null || !query.isMade)
}

/** How many transformations of an asset were made, or ordered lately. */
export function* countDerivatives(
  queries: Queries,
  query: {
    cloud: string
    assetId: string
    except?: { transformation: string; format: string }
    now: number
  },
): Operation<number> {
  const { except } = query
  const counted = queries
    .selectFrom('derivatives')
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .where('cloud', '=', query.cloud)
    .where('asset_id', '=', query.assetId)
    .where(({ eb, or }) =>
      or([eb('bytes', 'is not', null), eb('created_at', '>', query.now - ORDER_COUNTS_MS)]),
    )
  const others = except
    ? counted.where(({ eb, or }) =>
        or([eb('transformation', '!=', except.transformation), eb('format', '!=', except.format)]),
      )
    : counted
  const row = yield* first(others)
  return Number(row?.count ?? 0)
}

function* readDerivative(
  queries: Queries,
  query: { cloud: string; assetId: string; transformation: string; format: string },
): Operation<Selectable<DerivativeRow> | undefined> {
  return yield* first(
    queries
      .selectFrom('derivatives')
      .selectAll()
      .where('cloud', '=', query.cloud)
      .where('asset_id', '=', query.assetId)
      .where('transformation', '=', query.transformation)
      .where('format', '=', query.format),
  )
}

/** The same as `countDerivatives` asks of many. */
function isCounted(row: Selectable<DerivativeRow>, now: number): boolean {
  return row.bytes !== null || Number(row.created_at) > now - ORDER_COUNTS_MS
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

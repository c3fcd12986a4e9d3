/** Rows of derivatives: requested or generated from the newest version of an asset. @module */

import type { Selectable } from 'kysely'
import type { DerivativesOutcome, DerivedAsset } from '../new-upload.js'
import { all, first, type Operation, type Queries, run } from '../operation.js'
import type { NewEvent } from '../outbox-event.js'
import type { DerivativeRow } from '../tables.js'
import { enqueueEvent } from './outbox-events.js'
import { readAssetById } from './read-assets.js'

/** How long a requested derivative counts while it is not generated, in milliseconds. Longer than all retries take. */
const ORDER_COUNTS_MS = 24 * 3_600_000

/**
 * Records derivatives of an asset version and enqueues their events. Records nothing if the version is not the newest, or if the asset
 * would have too many.
 */
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
  for (const event of events)
    yield* enqueueEvent(queries, { cloud, event, asset, nonce: null, now })
  return 'written'
}

/**
 * Inserts the rows of {@link writeDerivatives}. A repeated request keeps the size of a generated derivative, and renews the time of one
 * that is not generated.
 */
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

/** Deletes the derivatives of an asset, because its bytes were replaced or deleted. */
export function* forgetDerivatives(queries: Queries, assetId: string): Operation<void> {
  yield* run(queries.deleteFrom('derivatives').where('asset_id', '=', assetId))
}

/** Returns the derivatives of an asset, ordered by transformation and format. */
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

/** True if the derivative was requested or generated. With `isMade`, only if it was generated. */
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

/** Counts the derivatives of an asset that were generated, or requested in the last day. */
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

/** Applies the condition of `countDerivatives` to one row. */
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

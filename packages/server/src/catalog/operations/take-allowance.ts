/** Rate limit counters, shared by every process that uses the catalog. @module */

import type { AllowanceQuery, AllowanceTaken } from '../catalog.js'
import { first, type Operation, type Queries, run } from '../operation.js'
import { insertion, statement } from '../statement.js'
import type { AllowanceRow } from '../tables.js'

/**
 * Counts one call against a rate limit.
 *
 * The row stores when the whole allowance is available again. Each call moves that time by `windowMs / limit`. A call is refused if the
 * time would be more than one window ahead.
 */
export function* takeAllowance(queries: Queries, query: AllowanceQuery): Operation<AllowanceTaken> {
  const { cloud, name, limit, windowMs, now } = query
  const row = yield* first(selectAllowance(queries, query))
  const fullAt = Math.max(now, Number(row?.full_at ?? 0)) + windowMs / limit
  const tooEarlyMs = fullAt - now - windowMs
  // Sums of fractions are inexact, so allow a rounding error.
  if (tooEarlyMs > 0.001) return { isTaken: false, retryAfterMs: Math.ceil(tooEarlyMs) }
  if (row) {
    yield* run(updateAllowance(queries, { cloud, name, full_at: fullAt }))
    return { isTaken: true }
  }
  // A full allowance needs no row. Inserting a row is a good moment to delete such rows, because the table grows only then.
  yield* run(deleteFull(queries, { now }))
  yield* run(insertAllowance(queries, { cloud, name, full_at: fullAt }))
  return { isTaken: true }
}

const selectAllowance = statement((queries, query: { cloud: string; name: string }) =>
  queries
    .selectFrom('allowances')
    .select('full_at')
    .where('cloud', '=', query.cloud)
    .where('name', '=', query.name),
)
const updateAllowance = statement((queries, row: AllowanceRow) =>
  queries
    .updateTable('allowances')
    .set({ full_at: row.full_at })
    .where('cloud', '=', row.cloud)
    .where('name', '=', row.name),
)
const insertAllowance = insertion('allowances', ['cloud', 'name', 'full_at'])
const deleteFull = statement((queries, query: { now: number }) =>
  queries.deleteFrom('allowances').where('full_at', '<=', query.now),
)

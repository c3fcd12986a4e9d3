/** Rate limit counters, shared by every process that uses the catalog. @module */

import type { AllowanceQuery, AllowanceTaken } from '../catalog.js'
import { first, type Operation, type Queries, run } from '../operation.js'

/**
 * Counts one call against a rate limit.
 *
 * The row stores when the whole allowance is available again. Each call moves that time by `windowMs / limit`. A call is refused if the
 * time would be more than one window ahead.
 */
export function* takeAllowance(queries: Queries, query: AllowanceQuery): Operation<AllowanceTaken> {
  const { cloud, name, limit, windowMs, now } = query
  const row = yield* first(
    queries
      .selectFrom('allowances')
      .select('full_at')
      .where('cloud', '=', cloud)
      .where('name', '=', name),
  )
  const fullAt = Math.max(now, Number(row?.full_at ?? 0)) + windowMs / limit
  const tooEarlyMs = fullAt - now - windowMs
  // Sums of fractions are inexact, so allow a rounding error.
  if (tooEarlyMs > 0.001) return { isTaken: false, retryAfterMs: Math.ceil(tooEarlyMs) }
  if (row) {
    yield* run(
      queries
        .updateTable('allowances')
        .set({ full_at: fullAt })
        .where('cloud', '=', cloud)
        .where('name', '=', name),
    )
    return { isTaken: true }
  }
  // A full allowance needs no row. Inserting a row is a good moment to delete such rows, because the table grows only then.
  yield* run(queries.deleteFrom('allowances').where('full_at', '<=', now))
  yield* run(queries.insertInto('allowances').values({ cloud, name, full_at: fullAt }))
  return { isTaken: true }
}

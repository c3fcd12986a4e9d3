/** Allowances: how often a name may take something, counted for every process that shares the catalog. @module */

import type { AllowanceQuery, AllowanceTaken } from '../catalog.js'
import { first, type Operation, type Queries, run } from '../operation.js'

/**
 * Take one. The row holds the time at which the whole allowance is back; each take moves it on by what one costs, and what would move it
 * further than a window ahead is refused.
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
  // Sums of fractions are a hair off.
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
  // Whose allowance is whole needs no row; a new name is the occasion to look.
  yield* run(queries.deleteFrom('allowances').where('full_at', '<=', now))
  yield* run(queries.insertInto('allowances').values({ cloud, name, full_at: fullAt }))
  return { isTaken: true }
}

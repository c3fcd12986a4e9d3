/** Rows that have had their time. @module */

import { type Operation, type Queries, run } from '../operation.js'

/** How long a delete token is remembered after its time, so that it is told from one that never was, in milliseconds. */
const TOKEN_KEEP_MS = 24 * 3_600_000
/** How long a delivered event is kept, in milliseconds. */
const DONE_EVENT_LIFE_MS = 24 * 3_600_000
/** How long an event that was given up may be replayed, in milliseconds. */
const DEAD_EVENT_LIFE_MS = 30 * 24 * 3_600_000

/** Remove nonces past their day, old delete tokens, delivered events, and dead ones that nobody replayed. */
export function* pruneRows(queries: Queries, { now }: { now: number }): Operation<void> {
  yield* run(queries.deleteFrom('uploads').where('expires_at', '<=', now))
  yield* run(queries.deleteFrom('delete_tokens').where('expires_at', '<=', now - TOKEN_KEEP_MS))
  yield* run(queries.deleteFrom('outbox').where('done_at', '<=', now - DONE_EVENT_LIFE_MS))
  yield* run(queries.deleteFrom('outbox').where('dead_at', '<=', now - DEAD_EVENT_LIFE_MS))
}

/** Deletes expired rows. @module */

import { type Operation, type Queries, run } from '../operation.js'

/** How long an expired delete token is kept, in milliseconds. Until then it is reported as expired and not as unknown. */
const TOKEN_KEEP_MS = 24 * 3_600_000
/** How long a finished event is kept, in milliseconds. */
const DONE_EVENT_LIFE_MS = 24 * 3_600_000
/** How long a dead event is kept and can be replayed, in milliseconds. */
const DEAD_EVENT_LIFE_MS = 30 * 24 * 3_600_000

/** Deletes expired nonces, old delete tokens, and finished or dead events that are past their retention. */
export function* pruneRows(queries: Queries, { now }: { now: number }): Operation<void> {
  yield* run(queries.deleteFrom('uploads').where('expires_at', '<=', now))
  yield* run(queries.deleteFrom('delete_tokens').where('expires_at', '<=', now - TOKEN_KEEP_MS))
  yield* run(queries.deleteFrom('outbox').where('done_at', '<=', now - DONE_EVENT_LIFE_MS))
  yield* run(queries.deleteFrom('outbox').where('dead_at', '<=', now - DEAD_EVENT_LIFE_MS))
}

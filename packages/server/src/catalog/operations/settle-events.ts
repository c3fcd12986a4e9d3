/** Settles claimed outbox events: done, retry later, or dead. A claim that is no longer live changes nothing. @module */

import type { Catalog } from '../catalog.js'
import { first, type Operation, type Queries, run } from '../operation.js'
import type { NewEvent } from '../outbox-event.js'
import { releaseBlob } from './accepted-uploads.js'
import { isClaimLive, UNCLAIMED } from './event-claims.js'
import { enqueueEvent, toEvent } from './outbox-events.js'

/** Marks a claimed event as done, stores the app's answer, enqueues the next events and releases the event's blob. */
export function* finishEvent(
  queries: Queries,
  query: Parameters<Catalog['finishEvent']>[0],
): Operation<boolean> {
  const { claim, now, completion } = query
  if (!(yield* isClaimLive(queries, claim, now))) return false
  const { eventId } = claim
  yield* markDone(queries, { eventId, now })
  if (completion) yield* writeCompletion(queries, { eventId, now, ...completion })
  yield* settleRest(queries, query)
  return true
}

/** Schedules a retry of a claimed event, or marks the event as dead if `dueAt` is `null`. */
export function* postponeEvent(
  queries: Queries,
  query: Parameters<Catalog['postponeEvent']>[0],
): Operation<boolean> {
  const { claim, now, dueAt, failure } = query
  if (!(yield* isClaimLive(queries, claim, now))) return false
  const { eventId } = claim
  const times = dueAt === null ? { dead_at: now } : { due_at: dueAt }
  yield* run(
    queries
      .updateTable('outbox')
      .set({ ...UNCLAIMED, ...times, last_failure: failure })
      .where('event_id', '=', eventId),
  )
  if (dueAt === null) {
    yield* writeCompletion(queries, { eventId, now, status: 'failed', result: null })
  }
  yield* settleRest(queries, query)
  return true
}

/** Marks an event as done. The caller has checked the claim in the same transaction. */
export function* markDone(
  queries: Queries,
  { eventId, now }: { eventId: string; now: number },
): Operation<void> {
  yield* run(
    queries
      .updateTable('outbox')
      .set({ ...UNCLAIMED, done_at: now })
      .where('event_id', '=', eventId),
  )
}

function* writeCompletion(
  queries: Queries,
  query: { eventId: string; now: number; status: 'done' | 'failed'; result: string | null },
): Operation<void> {
  const event = yield* first(
    queries.selectFrom('outbox').select(['cloud', 'nonce']).where('event_id', '=', query.eventId),
  )
  if (!event?.nonce) return
  yield* run(
    queries
      .updateTable('uploads')
      .set({
        completion_status: query.status,
        completion_result: query.result,
        completion_at: query.now,
      })
      .where('cloud', '=', event.cloud)
      .where('nonce', '=', event.nonce),
  )
}

/** Enqueues follow-up events with the asset of the settled event, and releases its blob. */
function* settleRest(
  queries: Queries,
  query: Parameters<Catalog['finishEvent']>[0],
): Operation<void> {
  const { claim, now, followUps = [], releasedBlobId } = query
  if (releasedBlobId !== undefined) yield* releaseBlob(queries, { blobId: releasedBlobId, now })
  if (followUps.length > 0) yield* enqueueAfter(queries, { eventId: claim.eventId, now, followUps })
}

function* enqueueAfter(
  queries: Queries,
  query: { eventId: string; now: number; followUps: readonly NewEvent[] },
): Operation<void> {
  const row = yield* first(
    queries.selectFrom('outbox').selectAll().where('event_id', '=', query.eventId),
  )
  if (!row) return
  const { cloud, asset } = toEvent(row)
  for (const event of query.followUps) {
    yield* enqueueEvent(queries, { cloud, event, asset, nonce: null, now: query.now })
  }
}

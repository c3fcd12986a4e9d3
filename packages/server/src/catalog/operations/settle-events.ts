/** Settles claimed outbox events: done, retry later, or dead. A claim that is no longer live changes nothing. @module */

import type { Catalog } from '../catalog.js'
import { first, type Operation, type Queries, run } from '../operation.js'
import type { NewEvent } from '../outbox-event.js'
import { statement } from '../statement.js'
import { releaseBlob } from './accepted-uploads.js'
import { type ClaimAt, UNCLAIMED, whereLive } from './event-claims.js'
import { enqueueEvent, toEvent } from './outbox-events.js'

/** Marks a claimed event as done, stores the app's answer, enqueues the next events and releases the event's blob. */
export function* finishEvent(
  queries: Queries,
  query: Parameters<Catalog['finishEvent']>[0],
): Operation<boolean> {
  const { claim, now, completion } = query
  if ((yield* run(finishLive(queries, { ...claim, now }))) === 0) return false
  const { eventId } = claim
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
  const failed = { ...claim, now, failure }
  const update =
    dueAt === null ? killLive(queries, failed) : postponeLive(queries, { ...failed, dueAt })
  if ((yield* run(update)) === 0) return false
  const { eventId } = claim
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
  yield* run(finishAny(queries, { eventId, now }))
}

const finishLive = statement((queries, claim: ClaimAt) =>
  whereLive(queries.updateTable('outbox').set({ ...UNCLAIMED, done_at: claim.now }), claim),
)
const finishAny = statement((queries, query: { eventId: string; now: number }) =>
  queries
    .updateTable('outbox')
    .set({ ...UNCLAIMED, done_at: query.now })
    .where('event_id', '=', query.eventId),
)
const postponeLive = statement(
  (queries, claim: ClaimAt & { readonly dueAt: number; readonly failure: string }) =>
    whereLive(
      queries
        .updateTable('outbox')
        .set({ ...UNCLAIMED, due_at: claim.dueAt, last_failure: claim.failure }),
      claim,
    ),
)
const killLive = statement((queries, claim: ClaimAt & { readonly failure: string }) =>
  whereLive(
    queries
      .updateTable('outbox')
      .set({ ...UNCLAIMED, dead_at: claim.now, last_failure: claim.failure }),
    claim,
  ),
)

function* writeCompletion(
  queries: Queries,
  query: { eventId: string; now: number; status: 'done' | 'failed'; result: string | null },
): Operation<void> {
  const event = yield* first(selectEvent(queries, query))
  if (!event?.nonce) return
  yield* run(updateCompletion(queries, { ...query, cloud: event.cloud, nonce: event.nonce }))
}

const selectEvent = statement((queries, query: { eventId: string }) =>
  queries.selectFrom('outbox').selectAll().where('event_id', '=', query.eventId),
)
const updateCompletion = statement(
  (
    queries,
    query: { cloud: string; nonce: string; status: string; result: string | null; now: number },
  ) =>
    queries
      .updateTable('uploads')
      .set({
        completion_status: query.status,
        completion_result: query.result,
        completion_at: query.now,
      })
      .where('cloud', '=', query.cloud)
      .where('nonce', '=', query.nonce),
)

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
  const row = yield* first(selectEvent(queries, query))
  if (!row) return
  const { cloud, asset } = toEvent(row)
  for (const event of query.followUps) {
    yield* enqueueEvent(queries, { cloud, event, asset, nonce: null, now: query.now })
  }
}

/** Outbox events: enqueue, list, finish, retry and replay. @module */

import type { Selectable } from 'kysely'
import type { Asset } from '../asset.js'
import type { Catalog } from '../catalog.js'
import { all, first, type Operation, type Queries, run } from '../operation.js'
import type {
  Completion,
  EventState,
  EventTopic,
  ListedEvent,
  NewEvent,
  OutboxEvent,
} from '../outbox-event.js'
import type { OutboxRow } from '../tables.js'
import { recordAudit } from './keys.js'

/** How long the app's answer is kept, in milliseconds. */
const COMPLETION_LIFE_MS = 3_600_000

/** An event to enqueue and the row that it belongs to. */
interface Owing {
  readonly cloud: string
  readonly event: NewEvent
  /** The event's asset. `null` if the event has none. */
  readonly asset: Asset | null
  /** Facts from the transaction that are added to the payload. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly nonce: string | null
  readonly now: number
}

/** Enqueues an event in the current transaction. Due at once. */
export function* oweEvent(queries: Queries, owing: Owing): Operation<void> {
  const { cloud, event, asset, details, nonce, now } = owing
  yield* run(
    queries.insertInto('outbox').values({
      event_id: event.eventId,
      cloud,
      topic: event.topic,
      payload: JSON.stringify({ ...event.payload, ...details, asset }),
      created_at: now,
      due_at: now,
      attempts: 0,
      done_at: null,
      nonce,
      target: event.target ?? null,
      dead_at: null,
      last_failure: null,
    }),
  )
}

/** Returns pending events of these topics that are due, in order of their due time. */
export function* listDueEvents(
  queries: Queries,
  query: {
    topics: readonly EventTopic[]
    now: number
    maxResults: number
    exceptTargets?: readonly string[]
  },
): Operation<readonly OutboxEvent[]> {
  const { exceptTargets = [] } = query
  let select = queries
    .selectFrom('outbox')
    .selectAll()
    .where('topic', 'in', [...query.topics])
    .where('done_at', 'is', null)
    .where('dead_at', 'is', null)
    .where('due_at', '<=', query.now)
  if (exceptTargets.length > 0) {
    select = select.where((eb) =>
      eb.or([eb('target', 'is', null), eb('target', 'not in', [...exceptTargets])]),
    )
  }
  const rows = yield* all(select.orderBy('due_at').limit(query.maxResults))
  return rows.map(toEvent)
}

/** Returns when the next event becomes due, Unix milliseconds. Ignores events that are already due. */
export function* readNextDue(
  queries: Queries,
  query: { topics: readonly EventTopic[]; now: number },
): Operation<number | null> {
  const row = yield* first(
    queries
      .selectFrom('outbox')
      .select('due_at')
      .where('topic', 'in', [...query.topics])
      .where('done_at', 'is', null)
      .where('dead_at', 'is', null)
      .where('due_at', '>', query.now)
      .orderBy('due_at')
      .limit(1),
  )
  return row?.due_at ?? null
}

/** Returns events in a state for listing by an operator, oldest first. */
export function* listEvents(
  queries: Queries,
  query: { state: EventState; cloud?: string; maxResults: number },
): Operation<readonly ListedEvent[]> {
  const { state, cloud, maxResults } = query
  let select = queries
    .selectFrom('outbox')
    .selectAll()
    .where('done_at', state === 'done' ? 'is not' : 'is', null)
    .where('dead_at', state === 'dead' ? 'is not' : 'is', null)
  if (cloud !== undefined) select = select.where('cloud', '=', cloud)
  const rows = yield* all(select.orderBy('created_at').orderBy('event_id').limit(maxResults))
  return rows.map((row) => {
    const { asset: _, nonce: __, ...event } = toEvent(row)
    const { target, last_failure: lastFailure, due_at: dueAt } = row
    return { ...event, target, state, lastFailure, dueAt }
  })
}

/**
 * Makes finished events pending and due again, with no attempts, and writes an audit record for each. Without `eventIds`, replays all
 * dead events.
 */
export function* replayEvents(
  queries: Queries,
  query: { eventIds?: readonly string[]; cloud?: string; now: number },
): Operation<readonly string[]> {
  const { eventIds, cloud, now } = query
  let select = queries.selectFrom('outbox').select(['event_id', 'cloud'])
  select = eventIds
    ? select
        .where('event_id', 'in', [...eventIds])
        .where((eb) => eb.or([eb('dead_at', 'is not', null), eb('done_at', 'is not', null)]))
    : select.where('dead_at', 'is not', null)
  if (cloud !== undefined) select = select.where('cloud', '=', cloud)
  const rows = yield* all(select)
  for (const row of rows) {
    const { event_id: subject } = row
    yield* run(
      queries
        .updateTable('outbox')
        .set({ due_at: now, attempts: 0, done_at: null, dead_at: null })
        .where('event_id', '=', subject),
    )
    yield* recordAudit(queries, { cloud: row.cloud, at: now, action: 'event replayed', subject })
  }
  return rows.map((row) => row.event_id)
}

/** Marks an event as done, stores the app's answer, and enqueues the follow-up events. */
export function* finishEvent(
  queries: Queries,
  query: {
    eventId: string
    now: number
    completion?: { status: 'done' | 'failed'; result: string | null }
    owes?: readonly NewEvent[]
  },
): Operation<void> {
  const { eventId, now, completion, owes = [] } = query
  yield* run(queries.updateTable('outbox').set({ done_at: now }).where('event_id', '=', eventId))
  if (completion) yield* writeCompletion(queries, { eventId, now, ...completion })
  yield* oweAfter(queries, { eventId, now, owes })
}

/** Schedules a retry of an event, or marks the event as dead if `dueAt` is `null`. */
export function* postponeEvent(
  queries: Queries,
  query: {
    eventId: string
    now: number
    dueAt: number | null
    failure: string
    isCounted?: boolean
    owes?: readonly NewEvent[]
  },
): Operation<void> {
  const { eventId, now, dueAt, failure, isCounted = false, owes = [] } = query
  const times = dueAt === null ? { dead_at: now } : { due_at: dueAt }
  yield* run(
    queries
      .updateTable('outbox')
      .set((eb) => ({
        ...times,
        attempts: eb('attempts', '+', isCounted ? 0 : 1),
        last_failure: failure,
      }))
      .where('event_id', '=', eventId),
  )
  if (dueAt === null) {
    yield* writeCompletion(queries, { eventId, now, status: 'failed', result: null })
  }
  yield* oweAfter(queries, { eventId, now, owes })
}

/** Reads the state of the app's answer to an upload. The answer itself is returned for one hour. */
export function* readCompletion(
  queries: Queries,
  query: Parameters<Catalog['readCompletion']>[0],
): Operation<Completion | null> {
  const row = yield* first(
    queries
      .selectFrom('uploads')
      .select(['completion_status', 'completion_result', 'completion_at', 'user_tag'])
      .where('cloud', '=', query.cloud)
      .where('nonce', '=', query.nonce)
      .where('expires_at', '>', query.now),
  )
  if (!row || (query.userTag !== undefined && row.user_tag !== query.userTag)) return null
  const isGone = row.completion_at !== null && row.completion_at + COMPLETION_LIFE_MS < query.now
  return {
    status: row.completion_status as Completion['status'],
    result: isGone ? null : row.completion_result,
    at: row.completion_at,
  }
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

/** Enqueues follow-up events with the asset of the event before them. */
function* oweAfter(
  queries: Queries,
  query: { eventId: string; now: number; owes: readonly NewEvent[] },
): Operation<void> {
  if (query.owes.length === 0) return
  const row = yield* first(
    queries.selectFrom('outbox').selectAll().where('event_id', '=', query.eventId),
  )
  if (!row) return
  const { cloud, asset } = toEvent(row)
  for (const event of query.owes) {
    yield* oweEvent(queries, { cloud, event, asset, nonce: null, now: query.now })
  }
}

function toEvent(row: Selectable<OutboxRow>): OutboxEvent {
  const { asset = null, ...payload } = JSON.parse(row.payload)
  return {
    eventId: row.event_id,
    cloud: row.cloud,
    topic: row.topic as EventTopic,
    ...(row.target === null ? {} : { target: row.target }),
    payload,
    asset,
    nonce: row.nonce,
    attempts: row.attempts,
    createdAt: row.created_at,
  }
}

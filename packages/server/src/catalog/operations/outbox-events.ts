/** Outbox events: enqueue, list and replay. @module */

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
import { insertion, statement } from '../statement.js'
import type { OutboxRow } from '../tables.js'
import { recordAudit } from './keys.js'

/** How long the app's answer is kept, in milliseconds. */
const COMPLETION_LIFE_MS = 3_600_000

/** An event to enqueue and the row that it belongs to. */
interface EventToEnqueue {
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
export function* enqueueEvent(
  queries: Queries,
  { cloud, event, asset, details, nonce, now }: EventToEnqueue,
): Operation<void> {
  yield* run(
    insertEvent(queries, {
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
      claimed_by: null,
      claim_id: null,
      lease_until: null,
    }),
  )
}

const insertEvent = insertion('outbox', [
  'event_id',
  'cloud',
  'topic',
  'payload',
  'created_at',
  'due_at',
  'attempts',
  'done_at',
  'nonce',
  'target',
  'dead_at',
  'last_failure',
  'claimed_by',
  'claim_id',
  'lease_until',
])

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

/** Reads the state of the app's answer to an upload. The answer itself is returned for one hour. */
export function* readCompletion(
  queries: Queries,
  query: Parameters<Catalog['readCompletion']>[0],
): Operation<Completion | null> {
  const row = yield* first(selectCompletion(queries, query))
  if (!row || (query.userTag !== undefined && row.user_tag !== query.userTag)) return null
  const isGone = row.completion_at !== null && row.completion_at + COMPLETION_LIFE_MS < query.now
  return {
    status: row.completion_status as Completion['status'],
    result: isGone ? null : row.completion_result,
    at: row.completion_at,
  }
}

const selectCompletion = statement(
  (queries, query: { cloud: string; nonce: string; now: number }) =>
    queries
      .selectFrom('uploads')
      .select(['completion_status', 'completion_result', 'completion_at', 'user_tag'])
      .where('cloud', '=', query.cloud)
      .where('nonce', '=', query.nonce)
      .where('expires_at', '>', query.now),
)

/** Reads the members of an event from its row, without those of its claim. */
export function toEvent(row: Selectable<OutboxRow>): Omit<OutboxEvent, 'claim' | 'isTakenOver'> {
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

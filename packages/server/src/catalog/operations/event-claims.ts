/** Claims of outbox events: claim due events for a time, renew the claims, and give them back. @module */

import type { Selectable, SelectQueryBuilder } from 'kysely'
import { all, first, type Operation, type Queries, run } from '../operation.js'
import type { ClaimQuery, EventClaim, EventTopic, OutboxEvent } from '../outbox-event.js'
import { statement } from '../statement.js'
import type { OutboxRow, Tables } from '../tables.js'
import { toEvent } from './outbox-events.js'

/** Least number of rows that are read to find events of targets that are not busy. */
const MIN_PAGE = 16

/**
 * Claims due events and events whose lease has expired, counts the attempts, and returns the claimed events. Events with an expired
 * lease come first, then the others in order of their due time.
 *
 * A database with several writers must lock the rows that `claimable` selects, and skip rows that are locked.
 */
export function* claimEvents(
  queries: Queries,
  query: ClaimQuery,
): Operation<readonly OutboxEvent[]> {
  const targets = yield* openTargets(queries, query)
  const claimed: OutboxEvent[] = []
  const pageSize =
    query.maxPerTarget === undefined ? query.maxResults : Math.max(MIN_PAGE, query.maxResults)
  for (const source of ['expired', 'due'] as const) {
    let isMore = true
    while (isMore && claimed.length < query.maxResults) {
      const page = yield* all(
        claimable(queries, { ...query, source, except: targets.full() }).limit(pageSize),
      )
      const rows = page
        .filter((row) => targets.take(row.target))
        .slice(0, query.maxResults - claimed.length)
      yield* claimRows(queries, query, rows)
      claimed.push(...rows.map((row) => claimedEvent(row, query, source === 'expired')))
      isMore = page.length === pageSize
    }
  }
  return claimed
}

/**
 * Returns the earliest time at which a worker can claim an event of these topics, Unix milliseconds: its due time, or the end of its lease.
 * The time may have passed. `null` if no event is pending.
 */
export function* readNextDue(
  queries: Queries,
  { topics }: { topics: readonly EventTopic[] },
): Operation<number | null> {
  const due = yield* first(
    pending(queries, topics)
      .select('due_at')
      .where('claimed_by', 'is', null)
      .orderBy('due_at')
      .limit(1),
  )
  const expired = yield* first(
    pending(queries, topics)
      .select('lease_until')
      .where('claimed_by', 'is not', null)
      .orderBy('lease_until')
      .limit(1),
  )
  const times = [due?.due_at, expired?.lease_until].filter((time) => typeof time === 'number')
  return times.length === 0 ? null : Math.min(...times)
}

/** Extends the live claims among the given ones and returns them. */
export function* renewClaims(
  queries: Queries,
  query: { claims: readonly EventClaim[]; now: number; leaseUntil: number },
): Operation<readonly EventClaim[]> {
  const live: EventClaim[] = []
  for (const claim of query.claims) {
    const { now, leaseUntil } = query
    const changes = yield* run(renewClaim(queries, { ...claim, now, leaseUntil }))
    if (changes > 0) live.push(claim)
  }
  return live
}

/** Gives live claims back: the events are unclaimed, and the attempts do not count. */
export function* releaseClaims(
  queries: Queries,
  query: { claims: readonly EventClaim[]; now: number },
): Operation<void> {
  for (const claim of query.claims) {
    yield* run(releaseClaim(queries, { ...claim, now: query.now }))
  }
}

/** Column values of an event without a claim. */
export const UNCLAIMED = { claimed_by: null, claim_id: null, lease_until: null } as const

/** True if the worker still holds the event: nobody claimed it since, and the lease has not expired. */
export function* isClaimLive(queries: Queries, claim: EventClaim, now: number): Operation<boolean> {
  return (yield* first(selectLive(queries, { ...claim, now }))) !== undefined
}

/** A claim, and the time at which it must be live. */
export type ClaimAt = EventClaim & { readonly now: number }

/** Restricts a query to the event of a live claim. */
export function whereLive<Query extends LiveQuery<Query>>(query: Query, claim: ClaimAt): Query {
  return query
    .where('event_id', '=', claim.eventId)
    .where('claimed_by', '=', claim.claimedBy)
    .where('claim_id', '=', claim.claimId)
    .where('lease_until', '>', claim.now)
}

/** A query over the outbox to which conditions can be added. */
interface LiveQuery<Query> {
  where(
    column: 'event_id' | 'claimed_by' | 'claim_id' | 'lease_until',
    operator: '=' | '>',
    value: string | number,
  ): Query
}

const selectLive = statement((queries, claim: ClaimAt) =>
  whereLive(queries.selectFrom('outbox').select('event_id'), claim),
)
const renewClaim = statement((queries, claim: ClaimAt & { readonly leaseUntil: number }) =>
  whereLive(queries.updateTable('outbox').set({ lease_until: claim.leaseUntil }), claim),
)
const releaseClaim = statement((queries, claim: ClaimAt) =>
  whereLive(
    queries.updateTable('outbox').set((eb) => ({ ...UNCLAIMED, attempts: eb('attempts', '-', 1) })),
    claim,
  ),
)

type OutboxSelect = SelectQueryBuilder<Tables, 'outbox', object>

function pending(queries: Queries, topics: readonly EventTopic[]): OutboxSelect {
  return queries
    .selectFrom('outbox')
    .where('topic', 'in', [...topics])
    .where('done_at', 'is', null)
    .where('dead_at', 'is', null)
}

// Expired and due events are selected by two queries, because each then reads one index in order.
function claimable(
  queries: Queries,
  query: ClaimQuery & {
    readonly source: 'expired' | 'due'
    readonly except: readonly string[]
  },
) {
  const { topics, now, source, except } = query
  let select = pending(queries, topics).selectAll()
  select =
    source === 'expired'
      ? select
          .where('claimed_by', 'is not', null)
          .where('lease_until', '<=', now)
          .orderBy('lease_until')
      : select.where('claimed_by', 'is', null).where('due_at', '<=', now).orderBy('due_at')
  if (except.length === 0) return select
  return select.where((eb) =>
    eb.or([eb('target', 'is', null), eb('target', 'not in', [...except])]),
  )
}

function* claimRows(
  queries: Queries,
  { claimedBy, claimId, leaseUntil }: ClaimQuery,
  rows: readonly Selectable<OutboxRow>[],
): Operation<void> {
  if (rows.length === 0) return
  const eventIds = rows.map((row) => row.event_id)
  yield* run(
    queries
      .updateTable('outbox')
      .set((eb) => ({
        claimed_by: claimedBy,
        claim_id: claimId,
        lease_until: leaseUntil,
        attempts: eb('attempts', '+', 1),
      }))
      .where('event_id', 'in', eventIds),
  )
}

function claimedEvent(
  row: Selectable<OutboxRow>,
  { claimedBy, claimId }: ClaimQuery,
  isTakenOver: boolean,
): OutboxEvent {
  const claim = { eventId: row.event_id, claimedBy, claimId }
  return { ...toEvent({ ...row, attempts: row.attempts + 1 }), claim, isTakenOver }
}

interface OpenTargets {
  /** Counts a claim of the target. Returns false if the target may have no other claim. */
  take(target: string | null): boolean
  /** Returns the targets that may have no other claim. */
  full(): readonly string[]
}

/** Counts the live claims by target. */
function* openTargets(
  queries: Queries,
  { now, maxPerTarget, slowTargets = [] }: ClaimQuery,
): Operation<OpenTargets> {
  if (maxPerTarget === undefined) return { take: () => true, full: () => [] }
  const rows = yield* all(
    queries
      .selectFrom('outbox')
      .select(['target', (eb) => eb.fn.countAll<number>().as('count')])
      .where('claimed_by', 'is not', null)
      .where('lease_until', '>', now)
      .where('target', 'is not', null)
      .groupBy('target'),
  )
  const taken = new Map(rows.map((row) => [row.target, Number(row.count)]))
  const slow = new Set(slowTargets)
  const isFull = (target: string): boolean =>
    (taken.get(target) ?? 0) >= (slow.has(target) ? 1 : maxPerTarget)
  return {
    take(target) {
      if (target === null) return true
      if (isFull(target)) return false
      taken.set(target, (taken.get(target) ?? 0) + 1)
      return true
    },
    full: () => [...taken.keys()].filter((target) => target !== null && isFull(target)) as string[],
  }
}

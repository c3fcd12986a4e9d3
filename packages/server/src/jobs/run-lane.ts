/** Runs the events of one lane: claims due events, makes attempts and settles the events. @module */

import { setTimeout as delay } from 'node:timers/promises'
import type { EventTopic, OutboxEvent } from '../catalog/outbox-event.js'
import { createId } from '../storage/create-id.js'
import type { HeldClaims } from './held-claims.js'
import type { Attempt, Lane, OutboxServices } from './lane.js'
import { type Settlement, settlementOf } from './settle.js'
import { createTargetHealth } from './target-health.js'

/** What the lanes of one worker share. */
export interface Surroundings {
  readonly held: HeldClaims
  /** Aborted when the worker stops: no event is claimed any more. */
  readonly stopping: AbortSignal
  /** Wakes the lanes of these topics. @default all lanes */
  wake(topics?: readonly EventTopic[]): void
  /** Resolves the calls that wait for the event of this upload. */
  tell(nonce: string | null): void
}

/** A running lane. */
export interface RunningLane {
  /** Looks for due events now. */
  wake(): void
  /** Resolves when all attempts have ended and are stored. */
  close(): Promise<void>
}

/** Interval at which the catalog is polled for events of other processes, in milliseconds. */
const POLL_MS = 1000
/** How long a free place waits for others while attempts run, in milliseconds. */
const GATHER_MS = 10
/** Milliseconds before an outcome is stored again that could not be stored. */
const REST_MS = 5000

/** Starts a lane. It looks for events when it is woken, when the next one is due, and every second. */
export function runLane(
  services: OutboxServices,
  lane: Lane,
  { held, stopping, wake: wakeLanes, tell }: Surroundings,
): RunningLane {
  const { catalog, log, now } = services
  const { topics } = lane
  const health = createTargetHealth()
  /** Attempts and outcomes that are not stored yet. */
  const working = new Set<Promise<void>>()
  let attempts = 0
  let timer: NodeJS.Timeout | undefined
  let turn: Promise<void> = Promise.resolve()
  let isTurnWaiting = false
  let isGathering = false

  function wake(): void {
    if (stopping.aborted || isTurnWaiting) return
    isTurnWaiting = true
    clearTimeout(timer)
    turn = turn.then(takeTurn).catch((err) => {
      log.error({ err }, 'the outbox could not be read')
      sleep(POLL_MS)
    })
  }

  function sleep(milliseconds: number): void {
    clearTimeout(timer)
    if (stopping.aborted) return
    timer = setTimeout(wake, Math.max(0, milliseconds))
    timer.unref()
  }

  /** Wakes the lane a little later, so that one claim takes the places of several attempts that end at about the same time. */
  function wakeSoon(): void {
    if (attempts === 0) wake()
    if (attempts === 0 || isGathering) return
    isGathering = true
    setTimeout(() => {
      isGathering = false
      wake()
    }, GATHER_MS).unref()
  }

  async function takeTurn(): Promise<void> {
    isTurnWaiting = false
    if (stopping.aborted || attempts >= lane.concurrency) return
    // A read first, because a claim would queue behind the writes of uploads.
    const next = await catalog.readNextDue({ topics })
    const wait = next === null ? POLL_MS : next - now()
    if (wait > 0) return sleep(Math.min(POLL_MS, wait))
    await claimDue()
    sleep(POLL_MS)
  }

  async function claimDue(): Promise<void> {
    const maxResults = lane.concurrency - attempts
    const { concurrencyPerTarget: maxPerTarget } = lane
    const events = await catalog.claimEvents({
      topics,
      now: now(),
      leaseUntil: held.leaseUntil(),
      claimedBy: held.claimedBy,
      claimId: createId(),
      maxResults,
      ...(maxPerTarget === undefined ? {} : { maxPerTarget, slowTargets: health.slowTargets() }),
    })
    for (const { claim } of events) held.hold(claim)
    // Events that were claimed during a stop are not started, and are given back.
    if (!stopping.aborted) for (const event of events) start(event)
  }

  function start(event: OutboxEvent): void {
    attempts += 1
    const work = handle(event)
      .catch((err) => log.error({ err, eventId: event.eventId }, 'an event was not settled'))
      .finally(() => {
        held.drop(event.claim)
        working.delete(work)
      })
    working.add(work)
  }

  async function handle(event: OutboxEvent): Promise<void> {
    const attempt = await attemptOnce(event)
    attempts -= 1
    health.note(event.target, attempt.outcome === 'again' || attempt.outcome === 'never')
    const settled = settle(event, attempt)
    // The claim of the next event does not wait until the outcome is stored.
    wakeSoon()
    await settled
  }

  async function attemptOnce(event: OutboxEvent): Promise<Attempt> {
    // Limits the attempts of work that ends the process: the worker of the last allowed attempt was killed.
    if (event.isTakenOver && event.attempts > lane.delaysSeconds.length + 1) {
      return { outcome: 'never', failure: 'the worker ended before its last attempt' }
    }
    try {
      return await lane.attempt(event)
    } catch (err) {
      log.error({ err, eventId: event.eventId, topic: event.topic }, 'an event failed')
      return { outcome: 'again', failure: err instanceof Error ? err.message : 'unknown' }
    }
  }

  async function settle(event: OutboxEvent, attempt: Attempt): Promise<void> {
    const { eventId, nonce } = event
    const settlement = settlementOf(services, lane, { event, attempt })
    if (!(await store(event, settlement))) {
      log.warn({ eventId }, 'the outcome of an event was ignored: its claim is lost')
      return
    }
    if (settlement.isFinal) tell(nonce)
    if (settlement.enqueues) wakeLanes()
  }

  /** Stores an outcome, and repeats that while the catalog fails. Returns false if the claim is lost. */
  async function store({ eventId, claim }: OutboxEvent, settlement: Settlement): Promise<boolean> {
    for (;;) {
      try {
        return await settlement.write()
      } catch (err) {
        // Without renewals, the claim is lost at the end of its lease, and another attempt begins.
        held.drop(claim)
        log.error({ err, eventId }, 'the outcome of an event could not be stored')
        if (stopping.aborted) return false
        await delay(REST_MS, undefined, { ref: false, signal: stopping }).catch(() => undefined)
      }
    }
  }

  return {
    wake,
    async close() {
      clearTimeout(timer)
      await turn
      await Promise.all(working)
    },
  }
}

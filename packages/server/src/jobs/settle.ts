/** Turns the outcome of an attempt into one write of the catalog: done, retry later, or dead letter. @module */

import type { OutboxEvent } from '../catalog/outbox-event.js'
import type { Attempt, Lane, OutboxServices } from './lane.js'

/** The write that settles an event. */
export interface Settlement {
  /** True if other lanes may have new events after the write. */
  readonly enqueues: boolean
  /** True if the event needs no other attempt. */
  readonly isFinal: boolean
  /** Stores the outcome. Returns false if the claim is lost. May be called again after an error. */
  write(): Promise<boolean>
}

/** Prepares the write. A lane is asked once what a dead letter leaves behind, however often the write is repeated. */
export function settlementOf(
  services: OutboxServices,
  lane: Lane,
  { event, attempt }: { readonly event: OutboxEvent; readonly attempt: Attempt },
): Settlement {
  if (attempt.outcome === 'finished' || attempt.outcome === 'committed') {
    return finished(services, event, attempt)
  }
  const { failure } = attempt
  const seconds = attempt.outcome === 'again' ? lane.delaysSeconds[event.attempts - 1] : undefined
  if (seconds === undefined) return dead(services, event, { lane, failure })
  const share = 1 + (lane.jitter ?? 0) * (2 * Math.random() - 1)
  return postponed(services, event, { failure, delayMs: Math.round(seconds * 1000 * share) })
}

function finished(
  { catalog, log, now }: OutboxServices,
  event: OutboxEvent,
  attempt: Attempt & { outcome: 'finished' | 'committed' },
): Settlement {
  const { eventId, topic, attempts, claim } = event
  const isCommitted = attempt.outcome === 'committed'
  const changes = isCommitted ? {} : attemptChanges(attempt)
  return {
    enqueues: isCommitted || (attempt.followUps?.length ?? 0) > 0,
    isFinal: true,
    async write() {
      const isDone = isCommitted || (await catalog.finishEvent({ ...changes, claim, now: now() }))
      const completion = 'completion' in attempt ? attempt.completion : undefined
      if (isDone) log.info({ eventId, topic, attempts, ...completion }, 'an event is done')
      return isDone
    },
  }
}

function attemptChanges({ outcome: _, ...changes }: Attempt & { outcome: 'finished' }) {
  return changes
}

function postponed(
  { catalog, log, now }: OutboxServices,
  { eventId, topic, attempts, claim }: OutboxEvent,
  { failure, delayMs }: { readonly failure: string; readonly delayMs: number },
): Settlement {
  return {
    enqueues: false,
    isFinal: false,
    async write() {
      const dueAt = now() + delayMs
      const isPostponed = await catalog.postponeEvent({ claim, now: now(), dueAt, failure })
      if (isPostponed) {
        const known = { eventId, topic, failure, attempts, dueAt }
        log.info(known, 'an event failed and will be retried')
      }
      return isPostponed
    },
  }
}

function dead(
  { catalog, log, now }: OutboxServices,
  event: OutboxEvent,
  { lane, failure }: { readonly lane: Lane; readonly failure: string },
): Settlement {
  const { eventId, topic, attempts, claim } = event
  const after = lane.onDead?.(event, failure)
  return {
    enqueues: (after?.followUps?.length ?? 0) > 0,
    isFinal: true,
    async write() {
      const end = { ...after, claim, now: now(), dueAt: null, failure }
      const isDead = await catalog.postponeEvent(end)
      if (isDead) {
        const known = { eventId, topic, failure, attempts }
        log.warn(known, 'an event failed and will not be retried')
      }
      return isDead
    },
  }
}

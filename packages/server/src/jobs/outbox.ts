/** The one loop that does what committed rows owe: at least once, each event again until it is done or given up. @module */

import type { OutboxEvent } from '../catalog/catalog.js'
import { type CompletionAttempt, completeUpload } from '../notifications/complete-upload.js'
import type { PresentAsset } from '../notifications/notification-body.js'
import type { Services } from '../services.js'

/** The running loop. */
export interface Outbox {
  /** Something was committed: look now. */
  wake(): void
  /** Resolves when this event's upload has an answer, or after the time given. */
  waitFor(nonce: string, milliseconds: number): Promise<void>
  /** Finish what is being sent and stop; what is left stays in the catalog. */
  close(): Promise<void>
}

/** Seconds until the next attempt: quick first, since somebody waits, then as any notification (threat model, D5). */
export const ATTEMPT_DELAYS_SECONDS: readonly number[] = [
  1, 3, 10, 30, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400,
]

/** How long an event rests that could not even be recorded, in milliseconds. */
const REST_MS = 5000
/** Events that are sent at once. */
const CONCURRENCY = 5
/** The catalog is asked at least this often, for events that another process committed, in milliseconds. */
const POLL_MS = 30_000

/** Start the loop. `delaysSeconds` is shortened by tests. */
export function startOutbox(
  services: Services,
  options: { readonly present: PresentAsset; readonly delaysSeconds?: readonly number[] },
): Outbox {
  const delays = options.delaysSeconds ?? ATTEMPT_DELAYS_SECONDS
  const running = new Map<string, Promise<void>>()
  const resting = new Set<string>()
  const waiting = new Map<string, Set<() => void>>()
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  let turn: Promise<void> = Promise.resolve()

  function wake(): void {
    if (isClosed) return
    clearTimeout(timer)
    turn = turn
      .then(takeDue)
      .catch((err) => services.log.error({ err }, 'the outbox could not be read'))
  }

  async function takeDue(): Promise<void> {
    if (isClosed) return
    const now = services.now()
    const due = await services.catalog.listDueEvents({ now, maxResults: CONCURRENCY * 2 })
    for (const event of due) {
      if (running.size >= CONCURRENCY) break
      if (running.has(event.eventId) || resting.has(event.eventId)) continue
      const work = handle(event).finally(() => {
        running.delete(event.eventId)
        wake()
      })
      running.set(event.eventId, work)
    }
    if (running.size > 0) return
    const next = await services.catalog.readNextDue({ now })
    clearTimeout(timer)
    timer = setTimeout(
      wake,
      Math.max(
        resting.size > 0 ? REST_MS : 0,
        Math.min(POLL_MS, (next ?? Number.POSITIVE_INFINITY) - now),
      ),
    )
    timer.unref()
  }

  async function handle(event: OutboxEvent): Promise<void> {
    try {
      await settle(event, await completeUpload(services, event, options.present))
    } catch (err) {
      resting.add(event.eventId)
      setTimeout(() => resting.delete(event.eventId), REST_MS).unref()
      services.log.error({ err, eventId: event.eventId }, 'an event could not be handled')
    }
  }

  async function settle(event: OutboxEvent, attempt: CompletionAttempt): Promise<void> {
    const { eventId } = event
    const now = services.now()
    if (attempt.outcome === 'finished') {
      const { status, result } = attempt
      await services.catalog.finishEvent({ eventId, now, completion: { status, result } })
      services.log.info(
        { eventId, status, attempts: event.attempts + 1 },
        'the app was told of an upload',
      )
      return tell(event.nonce)
    }
    const delay = delays[event.attempts]
    const dueAt = delay === undefined ? null : now + delay * 1000
    await services.catalog.postponeEvent({ eventId, now, dueAt, failure: attempt.failure })
    const level = dueAt === null ? 'warn' : 'info'
    services.log[level](
      { eventId, failure: attempt.failure, attempts: event.attempts + 1, dueAt },
      'the app could not be told of an upload',
    )
    if (dueAt === null) tell(event.nonce)
  }

  function tell(nonce: string | null): void {
    for (const resolve of waiting.get(nonce ?? '') ?? []) resolve()
  }

  wake()
  return {
    wake,
    waitFor(nonce, milliseconds) {
      return new Promise((resolve) => {
        const callers = waiting.get(nonce) ?? new Set()
        waiting.set(nonce, callers)
        const done = (): void => {
          clearTimeout(timeout)
          callers.delete(done)
          if (callers.size === 0) waiting.delete(nonce)
          resolve()
        }
        const timeout = setTimeout(done, milliseconds)
        callers.add(done)
      })
    },
    async close() {
      isClosed = true
      clearTimeout(timer)
      await turn
      await Promise.all(running.values())
    },
  }
}

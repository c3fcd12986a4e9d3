/** Runs outbox events. An event runs at least once and is retried until it is done or dead. @module */

import type { EventTopic, NewEvent, OutboxEvent } from '../catalog/outbox-event.js'
import type { Services } from '../services.js'

/** The running outbox worker. */
export interface Outbox {
  /** Looks for due events now, because a transaction has enqueued some. */
  wake(): void
  /** Resolves when the app has answered the event of this upload, or after the given time. */
  waitFor(nonce: string, milliseconds: number): Promise<void>
  /** Waits for running attempts and stops. Pending events stay in the catalog. */
  close(): Promise<void>
}

/** Outcome of an attempt. */
export type Attempt =
  | {
      readonly outcome: 'finished'
      /** Answer of the app, if the event asked for one. */
      readonly completion?: { readonly status: 'done' | 'failed'; readonly result: string | null }
      /** Events to enqueue in the same transaction that finishes this event. */
      readonly owes?: readonly NewEvent[]
    }
  | { readonly outcome: 'again'; readonly failure: string }
  /** Failed and will not be retried. */
  | { readonly outcome: 'never'; readonly failure: string }

/** Worker for some topics. Lanes run independently, so a slow decoder delays no notification. */
export interface Lane {
  readonly topics: readonly EventTopic[]
  /** Maximum attempts at the same time. */
  readonly concurrency: number
  /** Maximum attempts for one target at the same time. @default `concurrency` */
  readonly concurrencyPerTarget?: number
  /** Seconds before each retry. After the last one the event is a dead letter. */
  readonly delaysSeconds: readonly number[]
  /** Share by which a delay varies at random. @default 0 */
  readonly jitter?: number
  /**
   * True to count an attempt before it starts. Limits the retries of work that ends the process.
   * @default false
   */
  readonly isCountedFirst?: boolean
  /** Makes one attempt. An error leads to a retry. */
  attempt(event: OutboxEvent): Promise<Attempt>
  /** Returns the events to enqueue when the event becomes a dead letter. */
  giveUp?(event: OutboxEvent, failure: string): readonly NewEvent[]
}

/** Milliseconds before an event is run again whose outcome could not be stored. */
const REST_MS = 5000
/** Interval at which the catalog is polled for events of other processes, in milliseconds. */
const POLL_MS = 30_000
/** Consecutive failures after which a target gets one attempt at a time until one succeeds. */
const MAX_FAILURES = 5
/** Maximum number of failing targets that are remembered. */
const MAX_FAILING = 1000

/** Starts the outbox worker. */
export function startOutbox(services: Services, lanes: readonly Lane[]): Outbox {
  const waiting = new Map<string, Set<() => void>>()
  let isClosed = false
  const running = lanes.map((lane) =>
    runLane(services, lane, { isClosed: () => isClosed, wakeAll, tell }),
  )

  function wakeAll(): void {
    for (const lane of running) lane.wake()
  }
  function tell(nonce: string | null): void {
    for (const resolve of waiting.get(nonce ?? '') ?? []) resolve()
  }

  wakeAll()
  return {
    wake: wakeAll,
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
      await Promise.all(running.map((lane) => lane.close()))
    },
  }
}

interface Surroundings {
  isClosed(): boolean
  wakeAll(): void
  tell(nonce: string | null): void
}

interface RunningLane {
  wake(): void
  close(): Promise<void>
}

function runLane(services: Services, lane: Lane, around: Surroundings): RunningLane {
  const { catalog, log } = services
  const { topics } = lane
  const running = new Map<string, { readonly target: string; readonly work: Promise<void> }>()
  const resting = new Set<string>()
  /** Number of consecutive failures by target. */
  const failing = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined
  let turn: Promise<void> = Promise.resolve()

  function wake(): void {
    if (around.isClosed()) return
    clearTimeout(timer)
    turn = turn.then(takeDue).catch((err) => log.error({ err }, 'the outbox could not be read'))
  }

  async function takeDue(): Promise<void> {
    if (around.isClosed()) return
    const now = services.now()
    // Waiting events of one busy target must not hide due events of other targets.
    while (running.size < lane.concurrency && (await startSome(now)));
    const next = await catalog.readNextDue({ topics, now })
    clearTimeout(timer)
    timer = setTimeout(wake, Math.min(POLL_MS, (next ?? Number.POSITIVE_INFINITY) - now))
    timer.unref()
  }

  /** Starts due events. Returns true if there were any, because then more may be due. */
  async function startSome(now: number): Promise<boolean> {
    const maxResults = lane.concurrency * 2
    const due = await catalog.listDueEvents({
      topics,
      now,
      maxResults,
      exceptTargets: busyTargets(),
    })
    const before = running.size
    for (const event of due) {
      if (running.size >= lane.concurrency) break
      if (running.has(event.eventId) || resting.has(event.eventId) || isBusy(event)) continue
      const work = handle(event).finally(() => {
        running.delete(event.eventId)
        wake()
      })
      running.set(event.eventId, { target: event.target ?? '', work })
    }
    return due.length === maxResults && running.size > before
  }

  function busyTargets(): readonly string[] {
    const targets = new Set([...running.values()].map(({ target }) => target))
    return [...targets].filter((target) => target !== '' && isBusy({ target }))
  }

  function isBusy({ target }: Pick<OutboxEvent, 'target'>): boolean {
    const { concurrencyPerTarget } = lane
    if (concurrencyPerTarget === undefined || target === undefined) return false
    const taken = [...running.values()].filter((one) => one.target === target).length
    return taken >= ((failing.get(target) ?? 0) >= MAX_FAILURES ? 1 : concurrencyPerTarget)
  }

  function noteHealth({ target }: OutboxEvent, isFailure: boolean): void {
    if (target === undefined) return
    const failures = failing.get(target) ?? 0
    failing.delete(target)
    if (!isFailure) return
    failing.set(target, failures + 1)
    const [oldest] = failing.keys()
    if (failing.size > MAX_FAILING && oldest !== undefined) failing.delete(oldest)
  }

  async function handle(event: OutboxEvent): Promise<void> {
    const { eventId } = event
    try {
      if (lane.isCountedFirst && (await isWornOut(event))) return
      const attempt = await attemptOnce(event)
      noteHealth(event, attempt.outcome !== 'finished')
      if (attempt.outcome === 'again') await postpone(event, attempt.failure)
      else if (attempt.outcome === 'never') await end(event, attempt.failure)
      else await finish(event, attempt)
    } catch (err) {
      resting.add(eventId)
      setTimeout(() => {
        resting.delete(eventId)
        wake()
      }, REST_MS).unref()
      log.error({ err, eventId }, 'an event could not be handled')
    }
  }

  // `attempts` already counts an earlier attempt that ended the process.
  async function isWornOut(event: OutboxEvent): Promise<boolean> {
    const { eventId, attempts } = event
    const failure = 'the attempt never ended'
    const delay = lane.delaysSeconds[attempts]
    if (delay === undefined) {
      await end(event, failure)
      return true
    }
    const now = services.now()
    await catalog.postponeEvent({ eventId, now, dueAt: now + delay * 1000, failure })
    return false
  }

  async function attemptOnce(event: OutboxEvent): Promise<Attempt> {
    try {
      return await lane.attempt(event)
    } catch (err) {
      log.error({ err, eventId: event.eventId, topic: event.topic }, 'an event failed')
      return { outcome: 'again', failure: err instanceof Error ? err.message : 'unknown' }
    }
  }

  async function finish(
    event: OutboxEvent,
    { completion, owes }: Attempt & { outcome: 'finished' },
  ): Promise<void> {
    const { eventId, topic } = event
    await catalog.finishEvent({
      eventId,
      now: services.now(),
      ...(completion ? { completion } : {}),
      ...(owes ? { owes } : {}),
    })
    const attempts = lane.isCountedFirst ? event.attempts : event.attempts + 1
    log.info({ eventId, topic, attempts, ...completion }, 'an event is done')
    around.tell(event.nonce)
    if (owes && owes.length > 0) around.wakeAll()
  }

  async function postpone(event: OutboxEvent, failure: string): Promise<void> {
    const { eventId, topic, attempts } = event
    const delay = lane.delaysSeconds[attempts]
    const isLast = lane.isCountedFirst
      ? lane.delaysSeconds[attempts + 1] === undefined
      : delay === undefined
    if (isLast || delay === undefined) return end(event, failure)
    const now = services.now()
    const share = 1 + (lane.jitter ?? 0) * (2 * Math.random() - 1)
    const dueAt = Math.round(now + delay * 1000 * share)
    await catalog.postponeEvent({
      eventId,
      now,
      dueAt,
      failure,
      ...(lane.isCountedFirst ? { isCounted: true } : {}),
    })
    log.info(
      { eventId, topic, failure, attempts: attempts + 1, dueAt },
      'an event failed and will be retried',
    )
  }

  async function end(event: OutboxEvent, failure: string): Promise<void> {
    const { eventId, topic, attempts } = event
    const owes = lane.giveUp?.(event, failure)
    await catalog.postponeEvent({
      eventId,
      now: services.now(),
      dueAt: null,
      failure,
      ...(owes ? { owes } : {}),
    })
    log.warn(
      { eventId, topic, failure, attempts: attempts + 1 },
      'an event failed and will not be retried',
    )
    around.tell(event.nonce)
    if (owes && owes.length > 0) around.wakeAll()
  }

  return {
    wake,
    async close() {
      clearTimeout(timer)
      await turn
      await Promise.all([...running.values()].map(({ work }) => work))
    },
  }
}

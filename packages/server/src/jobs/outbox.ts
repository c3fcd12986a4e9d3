/** The one loop that does what committed rows owe: at least once, each event again until it is done or given up. @module */

import type { EventTopic, NewEvent, OutboxEvent } from '../catalog/outbox-event.js'
import type { Services } from '../services.js'

/** The running loop. */
export interface Outbox {
  /** Something was committed: look now. */
  wake(): void
  /** Resolves when this event's upload has an answer, or after the time given. */
  waitFor(nonce: string, milliseconds: number): Promise<void>
  /** Finish what is being done and stop; what is left stays in the catalog. */
  close(): Promise<void>
}

/** How an attempt at an event ended. */
export type Attempt =
  | {
      readonly outcome: 'finished'
      /** What the app said, where the event asked it. */
      readonly completion?: { readonly status: 'done' | 'failed'; readonly result: string | null }
      /** What is owed from now on; committed together with the end of this event. */
      readonly owes?: readonly NewEvent[]
    }
  | { readonly outcome: 'again'; readonly failure: string }
  /** It failed, and another attempt would be unwelcome. */
  | { readonly outcome: 'never'; readonly failure: string }

/** Who does the events of some topics, apart from all others: a slow decoder holds up no notification. */
export interface Lane {
  readonly topics: readonly EventTopic[]
  /** Events that are done at once. */
  readonly concurrency: number
  /** Events of one target that are done at once. @default as many as all together */
  readonly concurrencyPerTarget?: number
  /** Seconds until the next attempt; after the last the event is dead. */
  readonly delaysSeconds: readonly number[]
  /** Share by which a delay varies at random. @default 0 */
  readonly jitter?: number
  /**
   * Whether an attempt is counted before it is made, so that work which takes the process down with it ends too.
   * @default false
   */
  readonly isCountedFirst?: boolean
  /** One attempt; what it throws is one more reason to try again. */
  attempt(event: OutboxEvent): Promise<Attempt>
  /** What is owed when the event is given up. */
  giveUp?(event: OutboxEvent, failure: string): readonly NewEvent[]
}

/** How long an event rests that could not even be recorded, in milliseconds. */
const REST_MS = 5000
/** The catalog is asked at least this often, for events that another process committed, in milliseconds. */
const POLL_MS = 30_000
/** Failures in a row after which a target gets one attempt at a time, until one succeeds. */
const MAX_FAILURES = 5
/** Failing targets that are remembered. */
const MAX_FAILING = 1000

/** Start the loop. */
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
  /** Failures in a row by target. */
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
    // What one busy target leaves undone must not hide what is due for the others.
    while (running.size < lane.concurrency && (await startSome(now)));
    const next = await catalog.readNextDue({ topics, now })
    clearTimeout(timer)
    timer = setTimeout(wake, Math.min(POLL_MS, (next ?? Number.POSITIVE_INFINITY) - now))
    timer.unref()
  }

  /** Start what is due; whether something was, so that another look may find more. */
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

  // An earlier attempt that never came back is counted already: its process died with it.
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
    log.info({ eventId, topic, failure, attempts: attempts + 1, dueAt }, 'an event is tried again')
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
    log.warn({ eventId, topic, failure, attempts: attempts + 1 }, 'an event was given up')
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

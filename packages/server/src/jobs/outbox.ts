/** Runs outbox events. An event runs at least once and is retried until it is done or dead. @module */

import type { EventTopic } from '../catalog/outbox-event.js'
import { createId } from '../storage/create-id.js'
import { holdClaims } from './held-claims.js'
import type { Lane, OutboxServices } from './lane.js'
import { runLane } from './run-lane.js'

/** The running outbox worker. */
export interface Outbox {
  /** Looks for due events of these topics now, because a transaction has enqueued some. @default all topics */
  wake(topics?: readonly EventTopic[]): void
  /** Resolves when this process has settled the event of this upload, or after the given time. */
  waitFor(nonce: string, milliseconds: number): Promise<void>
  /** Sets how long from now `close` may wait for running attempts, in milliseconds. */
  limitClose(milliseconds: number): void
  /**
   * Claims no more events and waits for running attempts, by default for up to 20 seconds. Then gives the events of the attempts that still
   * run back, without counting these attempts.
   */
  close(): Promise<void>
}

/** Maximum time that `close` waits for running attempts, in milliseconds. */
const CLOSE_MS = 20_000

/** Starts an outbox worker. Several workers, also in other processes, can share one catalog. */
export function startOutbox(services: OutboxServices, lanes: readonly Lane[]): Outbox {
  const waiting = new Map<string, Set<() => void>>()
  const held = holdClaims(services, `${process.pid}-${createId()}`)
  const stopping = new AbortController()
  let deadline: Promise<void> | undefined
  const running = lanes.map((lane) =>
    runLane(services, lane, { held, stopping: stopping.signal, wake, tell }),
  )

  function wake(topics?: readonly EventTopic[]): void {
    for (const [at, lane] of lanes.entries()) {
      if (!topics || lane.topics.some((topic) => topics.includes(topic))) running[at]?.wake()
    }
  }
  function tell(nonce: string | null): void {
    for (const resolve of waiting.get(nonce ?? '') ?? []) resolve()
  }
  function limitClose(milliseconds: number): void {
    deadline ??= new Promise((resolve) => setTimeout(resolve, milliseconds).unref())
  }

  wake()
  return {
    wake,
    limitClose,
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
      stopping.abort()
      limitClose(CLOSE_MS)
      await Promise.race([Promise.all(running.map((lane) => lane.close())), deadline])
      await held.close()
    },
  }
}

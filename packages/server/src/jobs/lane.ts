/** Types of the outbox worker: a lane runs the events of some topics, an attempt runs one event. @module */

import type { EventTopic, NewEvent, OutboxEvent } from '../catalog/outbox-event.js'
import type { Services } from '../services.js'

/** Services that the outbox needs. */
export type OutboxServices = Pick<Services, 'catalog' | 'log' | 'now'>

/** Outcome of an attempt. */
export type Attempt =
  | ({
      readonly outcome: 'finished'
      /** Answer of the app, if the event asked for one. */
      readonly completion?: { readonly status: 'done' | 'failed'; readonly result: string | null }
    } & Aftermath)
  /** A transaction of the attempt has already marked the event as done. */
  | { readonly outcome: 'committed' }
  | { readonly outcome: 'again'; readonly failure: string }
  /** Failed and will not be retried. */
  | { readonly outcome: 'never'; readonly failure: string }

/** Changes in the transaction that settles an event. */
export interface Aftermath {
  /** Events to enqueue. */
  readonly followUps?: readonly NewEvent[]
  /** A blob that only the event needed. The collector deletes the blob later. */
  readonly releasedBlobId?: string
}

/** Worker for some topics. Lanes run independently, so a slow decoder delays no notification. */
export interface Lane {
  readonly topics: readonly EventTopic[]
  /** Maximum attempts at the same time in this process. */
  readonly concurrency: number
  /** Maximum attempts for one target at the same time, in all processes. @default no limit */
  readonly concurrencyPerTarget?: number
  /** Seconds before each retry. After the last one the event is a dead letter. */
  readonly delaysSeconds: readonly number[]
  /** Share by which a delay varies at random. @default 0 */
  readonly jitter?: number
  /** Makes one attempt. An error leads to a retry. */
  attempt(event: OutboxEvent): Promise<Attempt>
  /** Returns what to store when the event becomes a dead letter. */
  onDead?(event: OutboxEvent, failure: string): Aftermath
}

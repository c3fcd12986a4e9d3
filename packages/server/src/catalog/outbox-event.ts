/** Work that is owed with a row, and what became of it. @module */

import type { Asset } from './asset.js'

/** Work that comes with a row: committed in the same transaction, done afterwards, at least once. */
export interface NewEvent {
  /** 32 hex, the same on every attempt. */
  readonly eventId: string
  readonly topic: EventTopic
  /** Address of the notified target, for topics with several targets. A slow target does not delay the others. */
  readonly target?: string
  /** JSON payload for the topic's worker. The committed asset is added to the payload. */
  readonly payload: Readonly<Record<string, unknown>>
}

/**
 * Kind of job. `store`, `archive` and `explicit` run requests that were answered with `async`, `derive` runs those of `eager_async`.
 * The other topics notify the app, or one target, about a result.
 */
export type EventTopic =
  | 'completion'
  | 'store'
  | 'archive'
  | 'explicit'
  | 'derive'
  | 'eager'
  | 'notification'

/** Where an event stands: not done yet, done, or given up. */
export type EventState = 'pending' | 'done' | 'dead'

/** An event as an operator looks at it. */
export interface ListedEvent {
  readonly eventId: string
  readonly cloud: string
  readonly topic: EventTopic
  readonly target: string | null
  readonly payload: Readonly<Record<string, unknown>>
  readonly state: EventState
  /** Attempts so far. */
  readonly attempts: number
  /** Why the last attempt failed. */
  readonly lastFailure: string | null
  /** Unix milliseconds. */
  readonly createdAt: number
  /** Unix milliseconds of the next attempt. */
  readonly dueAt: number
}

/** An event that is due. */
export interface OutboxEvent extends NewEvent {
  readonly cloud: string
  /** What it is about, as it was then; `null` where there is no asset. */
  readonly asset: Asset | null
  readonly nonce: string | null
  /** Attempts so far. */
  readonly attempts: number
  /** Unix milliseconds. */
  readonly createdAt: number
}

/** Where the app's answer to an upload stands. */
export interface Completion {
  readonly status: 'none' | 'pending' | 'done' | 'failed'
  /** JSON text of what the app answered; `null` until `done`. */
  readonly result: string | null
  /** Unix milliseconds of the answer. */
  readonly at: number | null
}

/** Outbox events: jobs that are enqueued in the transaction of the row they belong to. @module */

import type { Asset } from './asset.js'

/** A job to enqueue. It is stored in the same transaction as its row and runs afterwards, at least once. */
export interface NewEvent {
  /** Event id, 32 hex digits. The same on every attempt. */
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

/** State of an event: `pending` until it is done, `done`, or `dead` after its last failed attempt. */
export type EventState = 'pending' | 'done' | 'dead'

/** An event with its state, for listing by an operator. */
export interface ListedEvent {
  readonly eventId: string
  readonly cloud: string
  readonly topic: EventTopic
  readonly target: string | null
  readonly payload: Readonly<Record<string, unknown>>
  readonly state: EventState
  /** Number of attempts so far, including a running one. */
  readonly attempts: number
  /** Why the last attempt failed; `null` if no attempt failed. */
  readonly lastFailure: string | null
  /** When the event was enqueued, Unix milliseconds. */
  readonly createdAt: number
  /** When the next attempt is due, Unix milliseconds. */
  readonly dueAt: number
}

/** Identifies one claim of an event. The claim is live until its lease expires, the event is settled, or the claim is given back. */
export interface EventClaim {
  readonly eventId: string
  /** Name of the worker, unique for each start of a process. */
  readonly claimedBy: string
  /** Differs for each claim, so that a worker that claims an event again is not mistaken for its own earlier attempt. */
  readonly claimId: string
}

/** What a worker claims. */
export interface ClaimQuery extends Pick<EventClaim, 'claimedBy' | 'claimId'> {
  readonly topics: readonly EventTopic[]
  /** Current time, Unix milliseconds. */
  readonly now: number
  /** When the claims expire unless they are renewed, Unix milliseconds. */
  readonly leaseUntil: number
  readonly maxResults: number
  /** Maximum live claims of one target, over all workers. @default no limit */
  readonly maxPerTarget?: number
  /** Targets that may have one live claim at a time, because they keep failing. Needs `maxPerTarget`. */
  readonly slowTargets?: readonly string[]
}

/** What is stored when a worker settles a claimed event, in one transaction. */
export interface Settling {
  readonly claim: EventClaim
  /** Current time, Unix milliseconds. */
  readonly now: number
  /** Events to enqueue with the asset of the settled event. */
  readonly followUps?: readonly NewEvent[]
  /** A blob that only the event needed. The collector deletes the blob later. */
  readonly releasedBlobId?: string
}

/** An event that a worker has claimed. */
export interface OutboxEvent extends NewEvent {
  readonly claim: EventClaim
  /** True if the lease of an earlier worker expired, so nobody knows how its attempt ended. */
  readonly isTakenOver: boolean
  readonly cloud: string
  /** The event's asset as it was when the event was enqueued. `null` if the event has no asset. */
  readonly asset: Asset | null
  readonly nonce: string | null
  /** Number of attempts, including the one of this claim. */
  readonly attempts: number
  /** When the event was enqueued, Unix milliseconds. */
  readonly createdAt: number
}

/** State of the app's answer to an upload. */
export interface Completion {
  readonly status: 'none' | 'pending' | 'done' | 'failed'
  /** The app's answer as JSON text. `null` until the status is `done`. */
  readonly result: string | null
  /** When the app answered, Unix milliseconds. */
  readonly at: number | null
}

/** State that all derivations of a server share: the derivative cache, headers, plans and recent failures. @module */

import type { MediaError } from '@countersign/protocol/errors'
import type { Transformation } from '@countersign/protocol/transformation'
import { LRUCache } from 'lru-cache'
import {
  createDerivativeStore,
  type DerivativeStore,
  type DerivativeStoreOptions,
  type StoredDerivative,
} from './derivative-store.js'
import type { InspectedImage } from './inspect.js'
import type { DerivativePlan } from './plan.js'

const MAX_HEADERS = 10_000
const MAX_PLANS = 10_000
const MAX_FAILURES = 1_000
/** How long a failure is remembered, in milliseconds. */
const FAILURE_KEPT_MS = 60_000

/** State that all derivations of a server share. */
export interface Derivations {
  readonly store: DerivativeStore
  /** Headers of originals by blob id, including reads in progress. Blobs never change. */
  readonly headers: LRUCache<string, Promise<InspectedImage>>
  /** Plans, by all inputs that decide them. */
  readonly plans: LRUCache<string, PlannedDerivative>
  /** Derivations in progress by cache key. Equal requests wait for the same one. */
  readonly running: Map<string, Promise<StoredDerivative>>
  /** Failures of the last minute by cache key, so that a broken image is not decoded for every request. */
  readonly failures: LRUCache<string, MediaError>
}

/** A derivative whose steps and encoding are decided. */
export interface PlannedDerivative {
  readonly transformation: Transformation
  readonly source: InspectedImage
  readonly plan: DerivativePlan
  /** Cache key: digest of the plan and its source, 64 hex digits. */
  readonly key: string
  /** True if the `Accept` header chose the format. */
  readonly isNegotiated: boolean
}

/**
 * Creates empty state and the derivative cache. Opens nothing until the first request.
 * @param now Unix milliseconds.
 */
export function createDerivations(options: DerivativeStoreOptions, now: () => number): Derivations {
  return {
    store: createDerivativeStore(options),
    headers: new LRUCache({ max: MAX_HEADERS }),
    plans: new LRUCache({ max: MAX_PLANS }),
    running: new Map(),
    failures: new LRUCache({
      max: MAX_FAILURES,
      ttl: FAILURE_KEPT_MS,
      ttlResolution: 0,
      perf: { now },
    }),
  }
}

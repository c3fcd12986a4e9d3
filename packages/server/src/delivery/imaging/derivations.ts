/** What derivations share: the cache, and what was learned by making them. @module */

import type { Transformation } from '@countersign/protocol/transformation'
import {
  createDerivativeStore,
  type DerivativeStore,
  type DerivativeStoreOptions,
  type StoredDerivative,
} from './derivative-store.js'
import type { InspectedImage } from './inspect.js'
import type { DerivativePlan } from './plan.js'

/** What derivations share; one a server. */
export interface Derivations {
  readonly store: DerivativeStore
  /** Headers of sources by blob id, read or being read; blobs never change. */
  readonly headers: Map<string, Promise<InspectedImage>>
  /** Plans by what they were made from, so that a hot derivative costs no planning. */
  readonly plans: Map<string, Planned>
  /** Derivations under way by key, so that all who ask meanwhile wait for one. */
  readonly running: Map<string, Promise<StoredDerivative>>
  /** What failed lately by key, so that a broken picture is not decoded again and again. */
  readonly failures: Map<string, Failure>
}

/** A resolved request. */
export interface Planned {
  readonly transformation: Transformation
  readonly source: InspectedImage
  readonly plan: DerivativePlan
  /** Digest of the plan, 64 hex. */
  readonly key: string
  readonly isNegotiated: boolean
}

/** A derivation that failed. */
export interface Failure {
  readonly error: unknown
  /** Unix milliseconds. */
  readonly retryAtMs: number
}

/** Empty state over a derivative cache; nothing is opened until it is used. */
export function createDerivations(options: DerivativeStoreOptions): Derivations {
  return {
    store: createDerivativeStore(options),
    headers: new Map(),
    plans: new Map(),
    running: new Map(),
    failures: new Map(),
  }
}

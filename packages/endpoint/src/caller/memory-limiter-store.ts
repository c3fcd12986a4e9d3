/** Where limits are counted: an interface, and the store in memory that stands in for it. @module */

/** Answer of a limiter. */
export interface LimitDecision {
  readonly ok: boolean
  /** When to try again, in whole seconds. */
  readonly retryAfterSeconds?: number
}

/** How much a key may take. */
export interface Allowance {
  /** Calls in a window. */
  readonly limit: number
  readonly windowSeconds: number
}

/** Counts calls by key; an app with several instances gives one that they share. */
export interface LimiterStore {
  /**
   * Take one call from a key's allowance. What it throws is logged; users then pass and visitors do not.
   * @param key `user:…`, `address:…`, `discovery:user:…`, `discovery:address:…` or `failures:<kind>:…`.
   */
  take(key: string, allowance: Allowance): Promise<LimitDecision> | LimitDecision
}

const MAX_KEYS = 10_000

interface Bucket {
  tokens: number
  updatedMs: number
}

/**
 * Token buckets of this process: a key may take its whole limit at once and gets it back evenly over the window. At most 10,000 keys
 * are kept, the latest used.
 *
 * @param options.now The time in milliseconds. @default Date.now
 */
export function createMemoryLimiterStore(
  options: { readonly now?: () => number } = {},
): LimiterStore {
  const now = options.now ?? Date.now
  const buckets = new Map<string, Bucket>()
  return {
    take(key, { limit, windowSeconds }) {
      const nowMs = now()
      const perMs = limit / (windowSeconds * 1000)
      const known = buckets.get(key)
      const elapsedMs = known ? Math.max(0, nowMs - known.updatedMs) : 0
      const tokens = Math.min(limit, (known?.tokens ?? limit) + elapsedMs * perMs)
      const isAllowed = tokens >= 1
      // Deleted and set again, so that the map stays in order of last use.
      buckets.delete(key)
      buckets.set(key, { tokens: isAllowed ? tokens - 1 : tokens, updatedMs: nowMs })
      if (buckets.size > MAX_KEYS) forgetOldest(buckets)
      return isAllowed
        ? { ok: true }
        : { ok: false, retryAfterSeconds: Math.max(1, Math.ceil((1 - tokens) / perMs / 1000)) }
    },
  }
}

function forgetOldest(buckets: Map<string, Bucket>): void {
  for (const key of buckets.keys()) {
    buckets.delete(key)
    return
  }
}

/** The interface of a rate limit store, and the default store in memory. @module */

/** Decision of a rate limiter. */
export interface LimitDecision {
  /** True if the call is allowed. */
  readonly ok: boolean
  /** Seconds to wait before the next attempt, a whole number. */
  readonly retryAfterSeconds?: number
}

/** Rate limit of a key. */
export interface Allowance {
  /** Maximum calls in a window. */
  readonly limit: number
  /** Length of the window in seconds. */
  readonly windowSeconds: number
}

/** Store that counts calls by key. An app with several instances needs a shared store. */
export interface LimiterStore {
  /**
   * Counts one call of a key and decides whether the call is allowed. If this method throws, the error is logged. Signed-in users are then
   * still allowed, and anonymous requests are refused.
   *
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
 * Creates a store of token buckets in memory. A key may use its whole limit at once, and the bucket refills evenly over the window. The
 * store keeps the 10,000 most recently used keys.
 *
 * @param options.now Returns the current time in milliseconds. @default Date.now
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
      // Deleting and setting the key again keeps the map in the order of last use.
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

/** The default limiter of signatures: token buckets in memory. @module */

/** Answer of a limiter. */
export interface LimitDecision {
  readonly ok: boolean
  /** When to try again, in whole seconds. */
  readonly retryAfterSeconds?: number
}

/** Counts calls by key. */
export interface RateLimiter {
  /** Take one call from a key's allowance. */
  take(key: string, nowMs: number): LimitDecision
}

const MAX_KEYS = 10_000

interface Bucket {
  tokens: number
  updatedMs: number
}

/** A limiter of this process; instances of the app do not share it. */
export function createRateLimiter(options: { readonly perMinute: number }): RateLimiter {
  const buckets = new Map<string, Bucket>()
  const perMs = options.perMinute / 60_000
  return {
    take(key, nowMs) {
      const known = buckets.get(key)
      const elapsedMs = known ? Math.max(0, nowMs - known.updatedMs) : 0
      const tokens = Math.min(
        options.perMinute,
        (known?.tokens ?? options.perMinute) + elapsedMs * perMs,
      )
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

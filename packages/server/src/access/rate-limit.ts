/** Limits how often one address may make an expensive call, with a token bucket per address in memory. @module */

import { MediaError } from '@countersign/protocol/errors'

/** Counts by address. */
export interface RateLimit {
  /**
   * Takes one token of the address. A refused call takes no token.
   * @throws MediaError RATE_LIMITED with `details.perMinute` and `details.retryAfterSeconds` if the address has no token left.
   */
  take(address: string): void
}

/** Options of {@link createRateLimit}. */
export interface RateLimitOptions {
  /** All of it may be taken at once; it comes back evenly. */
  readonly perMinute: number
  /** What there are too many of, for the error. */
  readonly what: string
  /** Unix milliseconds. */
  readonly now: () => number
}

interface Bucket {
  readonly left: number
  readonly atMs: number
}

const MINUTE_MS = 60_000
// Beyond, the address that was quiet for longest is forgotten.
const MAX_ADDRESSES = 100_000

/** Open a count. */
export function createRateLimit({ perMinute, what, now }: RateLimitOptions): RateLimit {
  const buckets = new Map<string, Bucket>()
  const perMs = perMinute / MINUTE_MS
  function leftOf(address: string): number {
    const bucket = buckets.get(address)
    if (!bucket) return perMinute
    return Math.min(perMinute, bucket.left + Math.max(0, now() - bucket.atMs) * perMs)
  }
  function assertLeft(address: string): number {
    const left = leftOf(address)
    if (left >= 1) return left
    const retryAfterSeconds = Math.max(1, Math.ceil((1 - left) / perMs / 1000))
    throw new MediaError('RATE_LIMITED', {
      message: `Too many ${what} from this address: at most ${perMinute} a minute. Try again in ${retryAfterSeconds} s`,
      details: { perMinute, retryAfterSeconds },
    })
  }
  return {
    take(address) {
      const left = assertLeft(address) - 1
      // Deleted and set again, so that the map stays in order of last use.
      buckets.delete(address)
      buckets.set(address, { left, atMs: now() })
      const oldest = buckets.keys().next()
      if (buckets.size > MAX_ADDRESSES && !oldest.done) buckets.delete(oldest.value)
    },
  }
}

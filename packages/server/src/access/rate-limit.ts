/** Limits how often one address may make an expensive call, with a token bucket per address in memory. @module */

import { MediaError } from '@countersign/protocol/errors'

/** Limits requests by client address. */
export interface RateLimit {
  /**
   * Takes one token of the address. A refused call takes no token.
   * @throws MediaError RATE_LIMITED with `details.perMinute` and `details.retryAfterSeconds` if the address has no token left.
   */
  take(address: string): void
}

/** Options of {@link createRateLimit}. */
export interface RateLimitOptions {
  /** Maximum requests in a burst. Tokens come back evenly over a minute. */
  readonly perMinute: number
  /** Name of the limited requests in the error text. */
  readonly what: string
  /** Unix milliseconds. */
  readonly now: () => number
}

interface Bucket {
  readonly left: number
  readonly atMs: number
}

const MINUTE_MS = 60_000
// Above this number, the least recently used address is forgotten.
const MAX_ADDRESSES = 100_000

/** Creates a limit without any tokens taken. */
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
      // Deleting and setting keeps the map in the order of last use.
      buckets.delete(address)
      buckets.set(address, { left, atMs: now() })
      const oldest = buckets.keys().next()
      if (buckets.size > MAX_ADDRESSES && !oldest.done) buckets.delete(oldest.value)
    },
  }
}

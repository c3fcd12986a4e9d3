import { describe, expect, it } from 'vitest'
import { createRateLimiter } from './rate-limiter.js'

describe('createRateLimiter', () => {
  it('refuses the call after the last one and says when to try again', () => {
    const limiter = createRateLimiter({ perMinute: 3 })
    expect([1, 2, 3].map(() => limiter.take('a', 0).ok)).toEqual([true, true, true])
    expect(limiter.take('a', 0)).toEqual({ ok: false, retryAfterSeconds: 20 })
    expect(limiter.take('b', 0)).toEqual({ ok: true })
    expect(limiter.take('a', 20_000)).toEqual({ ok: true })
  })

  it('lets a clock that went back take nothing away', () => {
    const limiter = createRateLimiter({ perMinute: 2 })
    limiter.take('a', 60_000)
    expect(limiter.take('a', 0)).toEqual({ ok: true })
  })
})

import { describe, expect, it } from 'vitest'
import { retryDelayMs, wait } from './retry.js'

describe('retryDelayMs', () => {
  it('returns the delay of Retry-After', () => {
    expect(retryDelayMs(1, '7', Math.random)).toBe(7000)
    expect(retryDelayMs(1, '0', Math.random)).toBe(0)
  })

  it('doubles the delay, with jitter between half and whole', () => {
    expect(retryDelayMs(1, null, () => 1)).toBe(500)
    expect(retryDelayMs(3, null, () => 1)).toBe(2000)
    expect(retryDelayMs(3, null, () => 0)).toBe(1000)
    expect(retryDelayMs(1, 'soon', () => 1)).toBe(500)
  })

  it('returns at most 30 seconds, or 5 seconds without Retry-After', () => {
    expect(retryDelayMs(1, '86400', Math.random)).toBe(30_000)
    expect(retryDelayMs(20, null, () => 1)).toBe(5000)
  })
})

describe('wait', () => {
  it('rejects with the signal’s reason when the signal aborts', async () => {
    const life = new AbortController()
    const waiting = wait(60_000, life.signal)
    life.abort()
    await expect(waiting).rejects.toThrowError('This operation was aborted')
  })
})

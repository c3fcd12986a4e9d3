import { expect, it } from 'vitest'
import { createRateLimit } from './rate-limit.js'

function limitOf(perMinute: number) {
  const clock = { nowMs: 0 }
  const limit = createRateLimit({ perMinute, what: 'tries', now: () => clock.nowMs })
  const take = (address: string) => {
    try {
      limit.take(address)
      return 'taken'
    } catch (error) {
      return Object(error).details.retryAfterSeconds
    }
  }
  return { clock, limit, take }
}

it('allows a burst up to the limit, then refuses with the seconds to wait', () => {
  const { take } = limitOf(3)
  expect(['a', 'a', 'a', 'a', 'b'].map(take)).toEqual(['taken', 'taken', 'taken', 20, 'taken'])
})

it('restores tokens evenly, up to the limit', () => {
  const { clock, take } = limitOf(3)
  for (let count = 0; count < 3; count += 1) take('a')
  clock.nowMs = 19_999
  expect(take('a')).toBe(1)
  clock.nowMs = 20_000
  expect([take('a'), take('a')]).toEqual(['taken', 20])
  clock.nowMs = 3_600_000
  expect([1, 2, 3, 4].map(() => take('a'))).toEqual(['taken', 'taken', 'taken', 20])
})

it('adds no tokens if the clock goes back, and names the exceeded limit', () => {
  const { clock, limit, take } = limitOf(1)
  expect(take('a')).toBe('taken')
  clock.nowMs = -60_000
  expect(() => limit.take('a')).toThrow('Too many tries from this address: at most 1 a minute')
})

import { expect, it } from 'vitest'
import { createMemoryLimiterStore } from './memory-limiter-store.js'

it('refuses the call after the last one and says when to try again', () => {
  let nowMs = 0
  const store = createMemoryLimiterStore({ now: () => nowMs })
  const allowance = { limit: 3, windowSeconds: 60 }
  const take = (key: string) => store.take(key, allowance)
  expect([take('a'), take('a'), take('a')]).toEqual([{ ok: true }, { ok: true }, { ok: true }])
  expect(take('a')).toEqual({ ok: false, retryAfterSeconds: 20 })
  expect(take('b')).toEqual({ ok: true })
  nowMs = 20_000
  expect(take('a')).toEqual({ ok: true })
})

it('lets a clock that went back take nothing away', () => {
  let nowMs = 60_000
  const store = createMemoryLimiterStore({ now: () => nowMs })
  store.take('a', { limit: 2, windowSeconds: 60 })
  nowMs = 0
  expect(store.take('a', { limit: 2, windowSeconds: 60 })).toEqual({ ok: true })
})

it('forgets the key that was used longest ago after 10,000 keys', () => {
  const store = createMemoryLimiterStore({ now: () => 0 })
  const allowance = { limit: 1, windowSeconds: 60 }
  for (let key = 0; key <= 10_000; key += 1) store.take(String(key), allowance)
  expect(store.take('10000', allowance)).toMatchObject({ ok: false })
  expect(store.take('0', allowance)).toEqual({ ok: true })
})

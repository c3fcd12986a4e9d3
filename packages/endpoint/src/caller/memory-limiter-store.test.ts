import { expect, it } from 'vitest'
import { createMemoryLimiterStore } from './memory-limiter-store.js'

it('refuses the call above the limit and returns when to try again', () => {
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

it('takes no calls away if the clock moves back', () => {
  let nowMs = 60_000
  const store = createMemoryLimiterStore({ now: () => nowMs })
  store.take('a', { limit: 2, windowSeconds: 60 })
  nowMs = 0
  expect(store.take('a', { limit: 2, windowSeconds: 60 })).toEqual({ ok: true })
})

it('removes the least recently used key after 10,000 keys', () => {
  const store = createMemoryLimiterStore({ now: () => 0 })
  const allowance = { limit: 1, windowSeconds: 60 }
  for (let key = 0; key <= 10_000; key += 1) store.take(String(key), allowance)
  expect(store.take('10000', allowance)).toMatchObject({ ok: false })
  expect(store.take('0', allowance)).toEqual({ ok: true })
})

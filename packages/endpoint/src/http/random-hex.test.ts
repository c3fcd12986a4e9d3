import { expect, it } from 'vitest'
import { randomHex } from './random-hex.js'

it('returns 32 unique lower-case hex characters, over several fills of its pool', () => {
  const ids = Array.from({ length: 1000 }, () => randomHex(16))
  expect(new Set(ids).size).toBe(1000)
  expect(ids.filter((id) => !/^[0-9a-f]{32}$/.test(id))).toEqual([])
})

import { describe, expect, it } from 'vitest'
import { createByteCache } from './byte-cache.js'

describe('the byte cache', () => {
  it('evicts the least recently used buffer when it is full', () => {
    const cache = createByteCache(30)
    for (const name of ['a', 'b', 'c']) cache.set(name, Buffer.alloc(10))
    cache.get('a')
    cache.set('d', Buffer.alloc(10))
    expect(['a', 'b', 'c', 'd'].map((name) => cache.get(name) !== undefined)).toEqual([
      true,
      false,
      true,
      true,
    ])
  })

  it('does not store a buffer larger than itself, and drops the buffer that it would replace', () => {
    const cache = createByteCache(30)
    cache.set('a', Buffer.alloc(30))
    cache.set('a', Buffer.alloc(31))
    expect(cache.get('a')).toBeUndefined()
    cache.set('b', Buffer.alloc(30))
    expect(cache.get('b')?.length).toBe(30)
  })
})

it('keeps an empty buffer', () => {
  const cache = createByteCache(30)
  cache.set('empty', Buffer.alloc(0))
  expect(cache.get('empty')?.length).toBe(0)
})

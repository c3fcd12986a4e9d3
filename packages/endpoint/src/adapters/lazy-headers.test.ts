import { expect, it } from 'vitest'
import { lazyHeaders } from './lazy-headers.js'

const NODE = { 'content-type': 'a', accept: ['b', 'c'], ':method': 'POST', absent: undefined }

it('reads the headers of Node by names in any case, and no inherited members', () => {
  const headers = lazyHeaders(NODE)
  expect(headers.get('Content-Type')).toBe('a')
  expect(headers.get('accept')).toBe('b, c')
  expect(headers.has('ACCEPT')).toBe(true)
  for (const name of ['absent', 'x', 'constructor', 'toString', '__proto__']) {
    expect([name, headers.get(name), headers.has(name)]).toEqual([name, null, false])
  }
})

it('works as a Headers object', () => {
  const headers = lazyHeaders(NODE)
  const entries = [
    ['accept', 'b, c'],
    ['content-type', 'a'],
  ]
  expect(headers).toBeInstanceOf(Headers)
  expect([...headers]).toEqual(entries)
  expect([...new Headers(headers)]).toEqual(entries)
  expect([...new Request('http://a/', { headers }).headers]).toEqual(entries)
  expect([...headers.keys()]).toEqual(['accept', 'content-type'])
  const seen: string[] = []
  headers.forEach((value, name) => {
    seen.push(name, value)
  })
  expect(seen).toEqual(entries.flat())
})

it('keeps changed headers', () => {
  const headers = lazyHeaders(NODE)
  headers.set('accept', 'd')
  headers.append('x', 'y')
  headers.delete('content-type')
  expect([...headers]).toEqual([
    ['accept', 'd'],
    ['x', 'y'],
  ])
  expect([headers.get('accept'), headers.get('content-type')]).toEqual(['d', null])
})

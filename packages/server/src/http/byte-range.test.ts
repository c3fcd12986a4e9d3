import { describe, expect, it } from 'vitest'
import { parseByteRange } from './byte-range.js'

// The examples over 10,000 bytes are from RFC 9110 14.1.2. Sections 14.2 and 15.5.17 define the answers to invalid ranges.
describe('parseByteRange', () => {
  it.each([
    ['bytes=0-499', { firstByte: 0, lastByte: 499 }],
    ['bytes=500-999', { firstByte: 500, lastByte: 999 }],
    ['bytes=-500', { firstByte: 9_500, lastByte: 9_999 }],
    ['bytes=9500-', { firstByte: 9_500, lastByte: 9_999 }],
    ['bytes=0-0', { firstByte: 0, lastByte: 0 }],
    ['bytes=0-99999', { firstByte: 0, lastByte: 9_999 }],
    ['bytes=-99999', { firstByte: 0, lastByte: 9_999 }],
    ['Bytes= 1-2 ', { firstByte: 1, lastByte: 2 }],
  ])('reads %s', (header, range) => expect(parseByteRange(header, 10_000)).toEqual(range))

  it.each([
    undefined,
    '',
    'bytes=',
    'bytes=-',
    'items=0-1',
    'bytes=2-1',
    'bytes=a-b',
    'bytes=0-1,3-4',
  ])('returns whole for the header %s', (header) =>
    expect(parseByteRange(header, 10_000)).toBe('whole'),
  )

  it.each(['bytes=10000-', 'bytes=10000-10001', 'bytes=-0'])(
    'returns unsatisfiable for %s',
    (header) => expect(parseByteRange(header, 10_000)).toBe('unsatisfiable'),
  )

  it('returns unsatisfiable for any range of an empty file', () =>
    expect(parseByteRange('bytes=0-', 0)).toBe('unsatisfiable'))

  it('returns whole for a header with a thousand ranges', () => {
    const ranges = Array.from({ length: 1000 }, (_, index) => `${index}-${index}`).join(',')
    expect(parseByteRange(`bytes=${ranges}`, 10_000)).toBe('whole')
  })
})

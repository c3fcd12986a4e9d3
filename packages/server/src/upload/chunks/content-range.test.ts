import { describe, expect, it } from 'vitest'
import { parseContentRange } from './content-range.js'

describe('parseContentRange', () => {
  it.each([
    ['bytes 0-9/10', { firstByte: 0, lastByte: 9, totalBytes: 10 }],
    ['bytes 5-9/*', { firstByte: 5, lastByte: 9, totalBytes: null }],
    [' bytes 0-9/-1 ', { firstByte: 0, lastByte: 9, totalBytes: null }],
  ])('reads %s', (header, range) => {
    expect(parseContentRange(header)).toEqual(range)
  })

  it.each([
    '',
    'bytes 0-9',
    'bytes 9-5/10',
    'bytes 0-10/10',
    'items 0-9/10',
    'bytes 0-9/1e3',
    'bytes 1234567890123456-1/2',
  ])('refuses %j', (header) => {
    expect(() => parseContentRange(header)).toThrow(
      expect.objectContaining({ code: 'CHUNK_INVALID' }),
    )
  })

  it('refuses the range that SDKs send for an empty file', () => {
    expect(() => parseContentRange('bytes 0--1/0')).toThrow('Empty file')
  })
})

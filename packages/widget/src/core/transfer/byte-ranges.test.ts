import { describe, expect, it } from 'vitest'
import { bytesIn, isCovered } from './byte-ranges.js'

describe('isCovered', () => {
  it.each([
    ['by one range', [0, 9], [[0, 9]], true],
    [
      'by ranges that touch, in any order',
      [0, 9],
      [
        [5, 9],
        [0, 4],
      ],
      true,
    ],
    [
      'by ranges that overlap',
      [2, 9],
      [
        [0, 6],
        [4, 20],
      ],
      true,
    ],
    [
      'not where a byte is missing',
      [0, 9],
      [
        [0, 4],
        [6, 9],
      ],
      false,
    ],
    ['not where the last byte is missing', [0, 9], [[0, 8]], false],
    ['not by nothing', [0, 0], [], false],
  ] as const)('%s', (_, range, ranges, answer) => {
    expect(isCovered(range, ranges)).toBe(answer)
  })
})

it('counts the bytes of ranges, both ends included', () => {
  expect(
    bytesIn([
      [0, 4_999_999],
      [10_000_000, 10_000_000],
    ]),
  ).toBe(5_000_001)
})

import { describe, expect, it } from 'vitest'
import { parseSeconds, parseWholeNumber } from './wire-number.js'

describe('a time in seconds', () => {
  it.each([
    ['1733007600', 1_733_007_600],
    // `Date.now() / 1000` in JavaScript, `time.time()` in Python.
    ['1733007600.123', 1_733_007_600.123],
    ['1733007600.1234567', 1_733_007_600.1234567],
    // `fmt.Sprint(float64(1733007600))` in Go.
    ['1.7330076e+09', 1_733_007_600],
    ['1.7330076E9', 1_733_007_600],
    ['0', 0],
  ])('is read from %s', (text, seconds) => {
    expect(parseSeconds(text)).toBe(seconds)
  })

  it.each(['', ' 1', '1 ', '+1', '-1', '1.', '.5', '1e', '1e-3', '0x10', 'NaN', 'Infinity', '1,5'])(
    'is not read from %j',
    (text) => expect(parseSeconds(text)).toBeUndefined(),
  )

  it('has at most fifteen digits before the point', () => {
    expect(parseSeconds('999999999999999')).toBe(999_999_999_999_999)
    expect(parseSeconds('1e14')).toBe(100_000_000_000_000)
    expect(parseSeconds('1000000000000000')).toBeUndefined()
    expect(parseSeconds('1e99')).toBeUndefined()
  })
})

describe('a whole number', () => {
  it.each([
    ['7', 7],
    ['7.0', 7],
    ['007', 7],
    ['-3.00', -3],
    ['1e3', 1000],
    ['1.25e+02', 125],
    ['9007199254740991', 9_007_199_254_740_991],
  ])('is read from %s', (text, value) => {
    expect(parseWholeNumber(text)).toBe(value)
  })

  it.each([
    '',
    '1.5',
    '1.25e1',
    '9007199254740992',
    '4503599627370496.0000000001',
    '1e16',
    '1e-1',
    '--1',
    'one',
  ])('is not read from %j', (text) => expect(parseWholeNumber(text)).toBeUndefined())
})

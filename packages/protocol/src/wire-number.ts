/** Reads number parameters in every unambiguous spelling that clients send. @module */

/** Matches digits with an optional fraction and exponent: `7`, `7.0`, `1733007600.25`, `1.7330076e+09`. */
const NUMBER = /^(-?)(\d{1,17})(?:\.(\d{1,20}))?(?:e\+?(\d{1,2}))?$/i

/** Upper bound for Unix seconds. A larger value is a mistake, such as milliseconds. */
const MAX_SECONDS = 1e15

/**
 * Reads a time in Unix seconds. Clients that divide milliseconds send a fraction, and some languages print a large number with an exponent.
 * @returns `undefined` unless the text is a decimal number of at least 0 with at most 15 digits before the point.
 */
export function parseSeconds(text: string): number | undefined {
  const [, sign] = NUMBER.exec(text) ?? []
  const seconds = Number(text)
  return sign === '' && seconds < MAX_SECONDS ? seconds : undefined
}

/**
 * Reads a whole number in any spelling: `7`, `7.0` and `7e0` are equal.
 * @returns `undefined` for any other text, for a fraction, and for a number beyond the safe integers.
 */
export function parseWholeNumber(text: string): number | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? []
  const point = whole.length + Number(exponent)
  const digits = `${whole}${fraction}`.padEnd(point, '0')
  // Only zeros may follow the point, because rounding would store another number than the client sent.
  if (whole === '' || !/^0*$/.test(digits.slice(point))) return undefined
  const value = Number(`${sign}${digits.slice(0, point)}`)
  return Number.isSafeInteger(value) ? value : undefined
}

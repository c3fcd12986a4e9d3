/** Numbers as text: how clients write a number parameter, and which spellings have one meaning. @module */

/** Digits, then optionally a fraction and an exponent: `7`, `7.0`, `1733007600.25`, `1.7330076e+09`. */
const NUMBER = /^(-?)(\d{1,17})(?:\.(\d{1,20}))?(?:e\+?(\d{1,2}))?$/i

/** Seconds that no calendar reaches; more is a mistake. */
const MAX_SECONDS = 1e15

/**
 * Reads a time in Unix seconds. Clients that divide milliseconds send a fraction, and some languages print a large number with an exponent.
 * @returns `undefined` unless the text is a decimal number from 0 up to 15 digits before the point.
 */
export function parseSeconds(text: string): number | undefined {
  const [, sign] = NUMBER.exec(text) ?? []
  const seconds = Number(text)
  return sign === '' && seconds < MAX_SECONDS ? seconds : undefined
}

/**
 * Reads a whole number, however it is spelled: `7`, `7.0` and `7e0` are the same one.
 * @returns `undefined` for any other text, for a fraction, and past what a number holds exactly.
 */
export function parseWholeNumber(text: string): number | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? []
  const point = whole.length + Number(exponent)
  const digits = `${whole}${fraction}`.padEnd(point, '0')
  // Only zeros may follow the point: rounding would store another number than was sent.
  if (whole === '' || !/^0*$/.test(digits.slice(point))) return undefined
  const value = Number(`${sign}${digits.slice(0, point)}`)
  return Number.isSafeInteger(value) ? value : undefined
}

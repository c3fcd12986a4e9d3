/** Ranges of a file's bytes. @module */

/** First and last byte, both included, as `Content-Range` counts. */
export type ByteRange = readonly [first: number, last: number]

/** Returns true if the other ranges contain every byte of a range. */
export function isCovered([first, last]: ByteRange, ranges: readonly ByteRange[]): boolean {
  let next = first
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (from <= next && to >= next) next = to + 1
  }
  return next > last
}

/** Returns the number of bytes in ranges that do not overlap. */
export function bytesIn(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0)
}

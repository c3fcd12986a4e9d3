/** Ranges of a file's bytes. @module */

/** First and last byte, both included, as `Content-Range` counts. */
export type ByteRange = readonly [first: number, last: number]

/** Whether every byte of a range is in one of the others. */
export function isCovered([first, last]: ByteRange, ranges: readonly ByteRange[]): boolean {
  let next = first
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (from <= next && to >= next) next = to + 1
  }
  return next > last
}

/** Bytes in ranges that do not overlap. */
export function bytesIn(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0)
}

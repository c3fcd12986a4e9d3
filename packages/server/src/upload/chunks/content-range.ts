/** Parses the `Content-Range` header of a part. @module */

import { MediaError } from '@countersign/protocol/errors'

/** Byte range of a part, from `Content-Range: bytes <first>-<last>/<total>`. */
export interface ContentRange {
  readonly firstByte: number
  /** Inclusive. */
  readonly lastByte: number
  /** Bytes of the whole file; `null` if the client does not know it yet (`-1` or `*`). */
  readonly totalBytes: number | null
}

/**
 * Parses a `Content-Range` header.
 * @throws MediaError CHUNK_INVALID if the header is malformed or the range exceeds the total, FILE_EMPTY for an empty file.
 */
export function parseContentRange(header: string): ContentRange {
  const match = /^bytes (\d{1,15})-(-?\d{1,15})\/(\*|-1|\d{1,15})$/.exec(header.trim())
  const [, first, last, total] = match ?? []
  if (first === undefined || last === undefined || total === undefined) {
    throw invalidChunk(
      `Content-Range must be bytes <first>-<last>/<total>, received ${header.slice(0, 80)}`,
    )
  }
  const range = {
    firstByte: Number(first),
    lastByte: Number(last),
    totalBytes: total === '*' || total === '-1' ? null : Number(total),
  }
  if (range.lastByte < range.firstByte && range.totalBytes === 0) {
    throw new MediaError('FILE_EMPTY', { message: 'Empty file' })
  }
  if (range.lastByte < range.firstByte || (range.totalBytes ?? Infinity) <= range.lastByte) {
    throw invalidChunk(`Content-Range ${header.slice(0, 80)} is not a range within its total`)
  }
  return range
}

/** Creates the error for a part that does not fit its chunked upload. */
export function invalidChunk(message: string): MediaError {
  return new MediaError('CHUNK_INVALID', { message })
}

/** Parses the `Range` header. @module */

import type { ByteRange } from '../storage/blob-store.js'

/**
 * Parses the range that a header asks for. For several ranges, another unit or a malformed header, the whole file is sent (RFC 9110 14.2).
 *
 * @param header Value of `Range`.
 * @param bytes Size of the delivered file.
 * @returns The range, `whole`, or `unsatisfiable` if the range starts after the end of the file.
 */
export function parseByteRange(
  header: string | undefined,
  bytes: number,
): ByteRange | 'whole' | 'unsatisfiable' {
  const [, first = '', last = ''] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '') ?? []
  if (first === '' && last === '') return 'whole'
  if (first === '') {
    const length = Math.min(Number(last), bytes)
    return length === 0 ? 'unsatisfiable' : { firstByte: bytes - length, lastByte: bytes - 1 }
  }
  const firstByte = Number(first)
  const lastByte = last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1)
  if (last !== '' && Number(last) < firstByte) return 'whole'
  return firstByte >= bytes ? 'unsatisfiable' : { firstByte, lastByte }
}

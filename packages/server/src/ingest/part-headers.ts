/** The headers of one part of a form: how many bytes they may have, and which of those the parser takes. @module */

import { MediaError } from '@countersign/protocol/errors'
import type busboy from 'busboy'

/** Bytes of the headers of one part. */
export const MAX_PART_HEADER_BYTES: number = 8 * 1024

/** Where the parser stops by itself; it takes no other value. */
const PARSER_MAX_BYTES = 16 * 1024

/** What the parser keeps of the headers that it is in. */
interface PartHeaders {
  byteCount: number
  push(chunk: Buffer, start: number, end: number): number
}

/** A cap on a parser's part headers. */
export interface PartHeaderCap {
  /** What the parser's error means: too many bytes, where it stopped for those. */
  explain(error: Error): Error
}

/**
 * Caps the headers of every part, and replaces control characters in them, which file names may have, by `_`. The parser counts them already and starts anew at each part: the count is made to start
 * so far on that its own end is ours. Nothing is parsed twice.
 */
export function capPartHeaders(parser: busboy.Busboy): PartHeaderCap {
  let current: PartHeaders | null = null
  let isOver = false
  Object.defineProperty(parser, '_hparser', {
    get: () => current,
    set(headers: PartHeaders | null) {
      if (headers) {
        headers.byteCount = PARSER_MAX_BYTES - MAX_PART_HEADER_BYTES
        headers.push = replaceControls(Object.getPrototypeOf(headers).push)
      }
      // What ended well was counted back to nothing before.
      else if (current && current.byteCount >= PARSER_MAX_BYTES) isOver = true
      current = headers
    },
  })
  return {
    explain: (error) => (isOver ? headersTooLarge() : error),
  }
}

/** The end of a part's headers. */
const END = Buffer.from('\r\n\r\n')

// Linux and macOS have file names with control characters, browsers send them as they are, and the parser refuses them.
function replaceControls(push: PartHeaders['push']): PartHeaders['push'] {
  let matched = 0
  return function replaceAndPush(this: PartHeaders, chunk, start, end) {
    for (let at = start; at < end && matched < END.length; at++) {
      const byte = chunk[at] ?? 0
      matched = byte === END[matched] ? matched + 1 : byte === END[0] ? 1 : 0
      if (isControl(byte)) chunk[at] = 0x5f
    }
    return push.call(this, chunk, start, end)
  }
}

/** True for what stands in no header value; TAB, CR and LF have their own meaning there. */
function isControl(byte: number): boolean {
  return byte === 0x7f || (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)
}

function headersTooLarge(): MediaError {
  return new MediaError('BODY_TOO_LARGE', {
    message: `The headers of a part of the form may have ${MAX_PART_HEADER_BYTES} bytes`,
  })
}

/** The headers of one part of a form: how many bytes they may have. @module */

import { MediaError } from '@countersign/protocol/errors'
import type busboy from 'busboy'

/** Bytes of the headers of one part. */
export const MAX_PART_HEADER_BYTES: number = 8 * 1024

/** Where the parser stops by itself; it takes no other value. */
const PARSER_MAX_BYTES = 16 * 1024

/** What the parser keeps of the headers that it is in. */
interface HeaderCount {
  byteCount: number
}

/** A cap on a parser's part headers. */
export interface PartHeaderCap {
  /** What the parser's error means: too many bytes, where it stopped for those. */
  explain(error: Error): Error
}

/**
 * Cap the headers of every part. The parser counts them already and starts anew at each part: the count is made to start
 * so far on that its own end is ours. Nothing is parsed twice.
 */
export function capPartHeaders(parser: busboy.Busboy): PartHeaderCap {
  let current: HeaderCount | null = null
  let isOver = false
  Object.defineProperty(parser, '_hparser', {
    get: () => current,
    set(headers: HeaderCount | null) {
      if (headers) headers.byteCount = PARSER_MAX_BYTES - MAX_PART_HEADER_BYTES
      // What ended well was counted back to nothing before.
      else if (current && current.byteCount >= PARSER_MAX_BYTES) isOver = true
      current = headers
    },
  })
  return {
    explain: (error) => (isOver ? headersTooLarge() : error),
  }
}

function headersTooLarge(): MediaError {
  return new MediaError('BODY_TOO_LARGE', {
    message: `The headers of a part of the form may have ${MAX_PART_HEADER_BYTES} bytes`,
  })
}

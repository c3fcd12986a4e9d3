/** The headers of one part of a form: how many bytes they may have, which of those the parser takes, and what they say of the part. @module */

import { MediaError } from '@countersign/protocol/errors'
import type busboy from 'busboy'

/** Bytes of the headers of one part. */
export const MAX_PART_HEADER_BYTES: number = 8 * 1024

/** Where the parser stops by itself; it takes no other value. */
const PARSER_MAX_BYTES = 16 * 1024
const OCTET_STREAM = 'application/octet-stream'

/** Headers of one part by lower-case name, one byte a character. */
type PartHeader = Record<string, string[] | undefined>

/** What the parser keeps of the headers that it is in. */
interface PartHeaders {
  byteCount: number
  push(chunk: Buffer, start: number, end: number): number
  /** Called with the headers of a part; decides whether the part is a file. */
  cb(header: PartHeader): void
}

/** What the headers of a part say. */
export interface PartDescription {
  /** The declared type in lower case; `undefined` where there is none. It need not be a valid type. */
  readonly mimeType: string | undefined
  /** The declared charset in lower case. */
  readonly charset: string | undefined
  /** Whether the part has a `filename*`. */
  readonly hasExtendedName: boolean
}

/** A watch on a parser's part headers. */
export interface PartHeaderCap {
  /** Returns the error that a parser's error means: too many bytes, where the parser stopped for those. */
  explain(error: Error): Error
  /** Returns the headers of the part that the parser has reached. */
  current(): PartDescription
}

const NOTHING: PartDescription = {
  mimeType: undefined,
  charset: undefined,
  hasExtendedName: false,
}

/**
 * Caps the headers of every part, and replaces control characters in them, which file names may have, by `_`. The parser counts the bytes
 * already and starts anew at each part: the count is made to start so far on that its own end is ours. Nothing is parsed twice.
 *
 * The part named `file` is always a file to the parser, and a part of another name is one only with a file name. By itself the parser takes
 * every part of the type `application/octet-stream` for a file, and no other part without a file name.
 */
export function capPartHeaders(parser: busboy.Busboy): PartHeaderCap {
  let current: PartHeaders | null = null
  let isOver = false
  let part = NOTHING
  let decide: PartHeaders['cb'] = () => {}
  function describe(header: PartHeader): void {
    const disposition = dispositionOf(header)
    part = describePart(header, disposition)
    setKind(header, disposition)
    decide(header)
  }
  Object.defineProperty(parser, '_hparser', {
    get: () => current,
    set(headers: PartHeaders | null) {
      if (headers) {
        headers.byteCount = PARSER_MAX_BYTES - MAX_PART_HEADER_BYTES
        headers.push = replaceControls(Object.getPrototypeOf(headers).push)
        if (headers.cb !== describe) {
          decide = headers.cb
          headers.cb = describe
        }
      }
      // What ended well was counted back to nothing before.
      else if (current && current.byteCount >= PARSER_MAX_BYTES) isOver = true
      current = headers
    },
  })
  return {
    explain: (error) => (isOver ? headersTooLarge() : error),
    current: () => part,
  }
}

function describePart(header: PartHeader, disposition: Disposition): PartDescription {
  const [type = '', ...params] = header['content-type']?.[0]?.toLowerCase().split(';') ?? []
  const charset = params.map((param) => /^\s*charset\s*=\s*"?([^"\s]+)/.exec(param)?.[1])
  return {
    mimeType: type.trim() || undefined,
    charset: charset.find(Boolean),
    hasExtendedName: disposition.has('filename*'),
  }
}

/** Changes the type that the parser sees, so that it takes the part for what it is. */
function setKind(header: PartHeader, disposition: Disposition): void {
  const hasFileName = Boolean(disposition.get('filename') || disposition.get('filename*'))
  if (hasFileName) return
  if (disposition.get('name') === 'file') header['content-type'] = [OCTET_STREAM]
  else if (/^\s*application\/octet-stream\b/i.test(header['content-type']?.[0] ?? '')) {
    header['content-type'] = undefined
  }
}

/** Parameters of a part's Content-Disposition by lower-case name. */
type Disposition = ReadonlyMap<string, string>

const PARAM = /;\s*([^=;\s]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;]*))/g

function dispositionOf(header: PartHeader): Disposition {
  const text = header['content-disposition']?.[0] ?? ''
  return new Map(
    [...text.matchAll(PARAM)].map(([, name = '', quoted, plain = '']) => [
      name.toLowerCase(),
      quoted ?? plain.trim(),
    ]),
  )
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

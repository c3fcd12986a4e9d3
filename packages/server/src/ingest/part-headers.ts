/** Limits and reads the headers of a form part, and decides whether the part is a file. @module */

import { MediaError } from '@countersign/protocol/errors'
import type busboy from 'busboy'

/** Bytes of the headers of one part. */
export const MAX_PART_HEADER_BYTES: number = 8 * 1024

/** Where the parser stops by itself; it takes no other value. */
const PARSER_MAX_BYTES = 16 * 1024
const OCTET_STREAM = 'application/octet-stream'

/** Headers of one part by lower-case name, one byte per character. */
type PartHeader = Record<string, string[] | undefined>

/** What the parser keeps of the headers that it is in. */
interface PartHeaders {
  byteCount: number
  push(chunk: Buffer, start: number, end: number): number
  /** Receives the headers of a part, and decides whether the part is a file. */
  cb(header: PartHeader): void
}

/** Facts from the headers of a part. */
export interface PartDescription {
  /** Declared type in lower case, not validated; `undefined` if missing. */
  readonly mimeType: string | undefined
  /** Declared charset in lower case. */
  readonly charset: string | undefined
  /** True if the part has a `filename*`. */
  readonly hasExtendedName: boolean
}

/** Watches the part headers of a parser. */
export interface PartHeaderCap {
  /** Returns the size error if the parser stopped because of too large headers; otherwise the parser's own error. */
  explain(error: Error): Error
  /** Returns the description of the current part. */
  current(): PartDescription
}

const NOTHING: PartDescription = {
  mimeType: undefined,
  charset: undefined,
  hasExtendedName: false,
}

/**
 * Caps the header bytes of every part, and replaces control characters in part headers (such as in file names) with `_`. The parser
 * counts the header bytes itself: its counter starts so high that the parser's limit equals ours. Nothing is parsed twice.
 *
 * The parser treats the part named `file` always as a file, and any other part only if it has a file name. By default the parser
 * treats every part of type `application/octet-stream` as a file, and no other part without a file name.
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

/** Changes the content type that the parser sees, so that the parser treats the part as a file or as a field. */
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

/** Two line breaks that end a part's headers. */
const END = Buffer.from('\r\n\r\n')

// Linux and macOS allow control characters in file names. Browsers send them unchanged, and the parser would refuse them.
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

/** Returns true for a byte that no header value may have. TAB, CR and LF have their own meaning there. */
function isControl(byte: number): boolean {
  return byte === 0x7f || (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)
}

function headersTooLarge(): MediaError {
  return new MediaError('BODY_TOO_LARGE', {
    message: `The headers of a part of the form may have ${MAX_PART_HEADER_BYTES} bytes`,
  })
}

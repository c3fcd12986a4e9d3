/** Reads a data URI in the field `file`: its header, and its bytes as they arrive. @module */

import { MediaError } from '@countersign/protocol/errors'
import { createBase64Decoder } from './base64-stream.js'
import { BARE_PLUS_BYTE, createPercentDecoder, replaceBarePluses } from './percent-decoding.js'

/** Text that is still arriving, as chunks of UTF-8 bytes. */
export type TextBytes = AsyncIterable<Buffer>

/** A data URI whose bytes are still arriving. */
export interface DataUri {
  /** Value of the parameter `name` or `filename`. No standard defines it, but SDKs send it. */
  readonly filename: string | undefined
  /** Declared type in lower case. @default `application/octet-stream` */
  readonly mimeType: string
  /** Decoded bytes. Reading them throws MediaError PARAM_INVALID if the text is not valid base64. */
  readonly bytes: AsyncIterable<Buffer>
}

/** Maximum bytes before the comma. */
const MAX_HEADER_BYTES = 4096
const COMMA = 0x2c

/** Options of {@link readDataUri}. */
export interface DataUriOptions {
  /** True if `BARE_PLUS_BYTE` in the text stands for an unescaped `+` of a url-encoded form. */
  readonly hasBarePlus: boolean
}

/**
 * Reads the header of a data URI.
 * @param text The URI from its first byte on.
 * @throws MediaError PARAM_INVALID for a URI without a comma, with a comma in the file's name, or if `base64` is not the last parameter.
 */
export async function readDataUri(text: TextBytes, options: DataUriOptions): Promise<DataUri> {
  const chunks = text[Symbol.asyncIterator]()
  let head: Buffer = Buffer.alloc(0)
  let comma = -1
  while (comma < 0) {
    const { value, done } = await chunks.next()
    if (done || head.length > MAX_HEADER_BYTES) throw invalid(NO_COMMA)
    head = Buffer.concat([head, value])
    comma = head.indexOf(COMMA)
  }
  if (comma > MAX_HEADER_BYTES) throw invalid(NO_COMMA)
  const header = parseHeader(head.subarray(0, comma), options)
  let start: Buffer = head.subarray(comma + 1)
  if (!header.isBase64 && header.filename !== undefined) {
    start = await readUpTo(MAX_HEADER_BYTES, start, chunks)
    if (NAME_REST.test(start.toString('latin1', 0, MAX_HEADER_BYTES))) throw invalid(COMMA_IN_NAME)
  }
  const payload = continued(start, chunks)
  return {
    filename: header.filename,
    mimeType: header.mimeType,
    bytes: header.isBase64 ? decodePayload(payload, options) : decodeText(payload, options),
  }
}

const NO_COMMA = `has no comma in its first ${MAX_HEADER_BYTES} bytes`
const COMMA_IN_NAME = 'has a comma in the name of its file: send it as %2C'
/** Matches the rest of a name and of the header after a comma. Excludes a colon, because a colon marks a data URI inside text. */
const NAME_REST = /^[^:\n]*;\s*base64\s*,/i

/** Returns the first bytes of a stream, at least this many unless it ends earlier. */
async function readUpTo(
  byteCount: number,
  first: Buffer,
  chunks: AsyncIterator<Buffer>,
): Promise<Buffer> {
  let start = first
  while (start.length < byteCount) {
    const { value, done } = await chunks.next()
    if (done) break
    start = Buffer.concat([start, value])
  }
  return start
}

interface Header {
  readonly filename: string | undefined
  readonly mimeType: string
  readonly isBase64: boolean
}

function parseHeader(bytes: Buffer, { hasBarePlus }: DataUriOptions): Header {
  // image/svg+xml has a plus, and no media type has a space.
  const text = (hasBarePlus ? replaceBarePluses(bytes, '+') : bytes).toString('utf8')
  const [type = '', ...params] = text.slice(text.indexOf(':') + 1).split(';')
  const words = params.map((param) => param.trim())
  const at = words.findIndex((word) => /^base64$/i.test(word))
  const isBase64 = at >= 0
  if ((isBase64 && at < words.length - 1) || /^\s*base64\s*$/i.test(type)) {
    throw invalid('must have ;base64 directly in front of its comma')
  }
  const name = words.map((word) => /^(?:file)?name="?(.+?)"?$/i.exec(word)?.[1]).find(Boolean)
  const mimeType = type.trim().toLowerCase().replaceAll(' ', '+')
  return {
    filename: name === undefined ? undefined : decodeName(name),
    mimeType: mimeType || 'application/octet-stream',
    isBase64,
  }
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** Yields bytes that were already read, then the rest of their stream. */
export async function* continued(
  first: Buffer,
  chunks: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first
  for (;;) {
    const { value, done } = await chunks.next()
    if (done) return
    yield value
  }
}

async function* decodePayload(payload: TextBytes, options: DataUriOptions): AsyncGenerator<Buffer> {
  const percent = createPercentDecoder(options.hasBarePlus ? { reserved: BARE_PLUS_BYTE } : {})
  const base64 = createBase64Decoder(options)
  for await (const chunk of payload) {
    const bytes = base64.write(percent.write(chunk).toString('latin1'))
    if (bytes.length > 0) yield bytes
  }
  yield base64.write(percent.end().toString('latin1'))
  yield base64.end()
}

async function* decodeText(
  payload: TextBytes,
  { hasBarePlus }: DataUriOptions,
): AsyncGenerator<Buffer> {
  const percent = createPercentDecoder()
  for await (const chunk of payload) {
    // In the text of a url-encoded form, a + is a space.
    yield percent.write(hasBarePlus ? replaceBarePluses(chunk, ' ') : chunk)
  }
  yield percent.end()
}

function invalid(reason: string): MediaError {
  return new MediaError('PARAM_INVALID', {
    message: `Invalid file - the data URI ${reason}`,
    details: { param: 'file' },
  })
}

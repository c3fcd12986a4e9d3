/** Splits a multipart body into its parts while the body arrives (RFC 2046, RFC 7578). @module */

import { MediaError } from '@countersign/protocol/errors'
import { bodyTooLarge, MAX_OUTSIDE_BYTES } from './body-reading.js'
import type { RequestChunks } from './request-chunks.js'

/** One part of a multipart body. */
export interface MultipartPart {
  /** First value of each header by lower-case name, one byte per character. A control character in a value is replaced with `_`. */
  readonly headers: ReadonlyMap<string, string>
  /** Content of the part. The next part skips the bytes that are not read. */
  readonly body: AsyncIterable<Buffer>
}

/** Maximum bytes of the headers of one part. */
export const MAX_PART_HEADER_BYTES: number = 8 * 1024

/** Maximum spaces and tabs between a boundary and the end of its line. */
const MAX_PADDING_BYTES = 64
/** Bytes that can follow a boundary: space, tab, CR, LF, and `-` of the closing boundary. Other lines only begin like a boundary. */
const AFTER_BOUNDARY = new Set(Buffer.from(' \t\r\n-'))
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)$/
// Linux and macOS allow control characters in file names, and browsers send them unchanged. CR and LF end a line.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is searched for.
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g

/**
 * Yields the parts in order. Reads each line end as CR LF, or as LF if the line of the first boundary ends with LF alone.
 *
 * @param boundary Boundary without the two leading hyphens.
 * @throws MediaError BODY_INVALID if a boundary or a part header is malformed or the closing boundary is missing, BODY_TOO_LARGE if
 * part headers or the text around the parts are too long, CONNECTION_LOST.
 */
export async function* splitParts(
  chunks: RequestChunks,
  boundary: string,
): AsyncGenerator<MultipartPart, void, undefined> {
  const input = createInput(chunks)
  // The first boundary may stand at the start of the body, where no line end precedes it.
  let delimiter = Buffer.from(`\n--${boundary}`, 'latin1')
  let isInBody = true
  for await (const { length } of content()) input.countOutside(length)
  const lineEnd = await input.startOfLine()
  if (lineEnd === '\r\n') delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')

  for (let end = lineEnd; end !== '--'; end = await input.startOfLine()) {
    if (end !== lineEnd) throw malformedForm('its line ends differ')
    const headers = await input.readHeaders(lineEnd)
    isInBody = true
    yield { headers, body: { [Symbol.asyncIterator]: content } }
    for await (const { length } of content()) input.countOutside(length)
  }
  await input.skipRest()

  /** Yields bytes up to the next delimiter and consumes the delimiter. Can be called again to read the rest. */
  async function* content(): AsyncGenerator<Buffer, void, undefined> {
    while (isInBody) {
      const { at, isFound } = findDelimiter(input.buffer, delimiter)
      if (isFound) {
        isInBody = false
        const last = input.take(at)
        input.take(delimiter.length)
        if (at > 0) yield last
      } else {
        if (at > 0) yield input.take(at)
        await input.readMore()
      }
    }
  }
}

/** Returns the position of the delimiter; if there is none, the position of the last bytes that could be the start of one. */
function findDelimiter(buffer: Buffer, delimiter: Buffer): { at: number; isFound: boolean } {
  for (let from = 0; ; ) {
    const at = buffer.indexOf(delimiter, from)
    if (at < 0) return { at: findUnfinished(buffer, delimiter), isFound: false }
    const next = buffer[at + delimiter.length]
    if (next === undefined || AFTER_BOUNDARY.has(next)) return { at, isFound: next !== undefined }
    from = at + 1
  }
}

/** Returns the start of a delimiter that the end of the buffer cuts off; the buffer's length if there is none. */
function findUnfinished(buffer: Buffer, delimiter: Buffer): number {
  let at = Math.max(0, buffer.length - delimiter.length + 1)
  for (;;) {
    at = buffer.indexOf(delimiter[0] ?? 0, at)
    if (at < 0) return buffer.length
    if (delimiter.subarray(0, buffer.length - at).equals(buffer.subarray(at))) return at
    at += 1
  }
}

type LineEnd = '\r\n' | '\n'

/** The part of the body that has arrived and is not consumed yet. */
interface Input {
  readonly buffer: Buffer
  /** Consumes and returns bytes. */
  take(count: number): Buffer
  /** Appends the next chunk to the buffer. @throws MediaError BODY_INVALID if the body has ended. */
  readMore(): Promise<void>
  /** Consumes the spaces and tabs after a boundary and a closing `--`. Leaves a line end in the buffer. */
  startOfLine(): Promise<LineEnd | '--'>
  /** Consumes the line end of a boundary, the headers and the blank line after them. */
  readHeaders(lineEnd: LineEnd): Promise<ReadonlyMap<string, string>>
  /** Counts bytes that belong to no part. @throws MediaError BODY_TOO_LARGE for more than 16 MiB. */
  countOutside(bytes: number): void
  /** Reads the rest of the body, which belongs to no part. */
  skipRest(): Promise<void>
}

function createInput(chunks: RequestChunks): Input {
  let buffer: Buffer = Buffer.from('\n')
  let outsideBytes = 0
  async function append(): Promise<boolean> {
    const chunk = await chunks.next()
    if (chunk) buffer = buffer.length > 0 ? Buffer.concat([buffer, chunk]) : chunk
    return chunk !== undefined
  }
  const input: Input = {
    get buffer() {
      return buffer
    },
    take(count) {
      const taken = buffer.subarray(0, count)
      buffer = buffer.subarray(count)
      return taken
    },
    async readMore() {
      if (!(await append()))
        throw malformedForm('it ends too early, its closing boundary is missing')
    },
    async startOfLine() {
      for (;;) {
        const [padding = '', end = ''] =
          /^[ \t]*(--|\r?\n)?/.exec(buffer.toString('latin1', 0, MAX_PADDING_BYTES)) ?? []
        input.countOutside(padding.length)
        if (end === '--' && padding === end) {
          input.take(end.length)
          return end
        }
        if (end === '\r\n' || end === '\n') {
          input.take(padding.length - end.length)
          return end
        }
        const isCutOff =
          buffer.length < MAX_PADDING_BYTES && /^(?:[ \t]*\r?|-)$/.test(buffer.toString('latin1'))
        if (!isCutOff) throw malformedForm('a boundary is followed by other text')
        await input.readMore()
      }
    },
    async readHeaders(lineEnd) {
      const maxBytes = MAX_PART_HEADER_BYTES + lineEnd.length
      for (;;) {
        const end = buffer.indexOf(lineEnd + lineEnd)
        if (end > maxBytes || (end < 0 && buffer.length > maxBytes + 2 * lineEnd.length))
          throw headersTooLarge()
        if (end >= 0) {
          input.countOutside(end)
          const block = input.take(end + 2 * lineEnd.length).subarray(lineEnd.length, end)
          return parseHeaders(block.toString('latin1'), lineEnd)
        }
        await input.readMore()
      }
    },
    countOutside(bytes) {
      outsideBytes += bytes
      if (outsideBytes > MAX_OUTSIDE_BYTES) throw bodyTooLarge(MAX_OUTSIDE_BYTES)
    },
    async skipRest() {
      do input.countOutside(input.take(buffer.length).length)
      while (await append())
    },
  }
  return input
}

function parseHeaders(block: string, lineEnd: LineEnd): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  // A line that begins with a space or a tab continues the line before it.
  const lines = block.replaceAll(new RegExp(`${lineEnd}[ \t]+`, 'g'), ' ').split(lineEnd)
  for (const line of lines) {
    if (line === '') continue
    const [, name = '', value = ''] = HEADER.exec(line.replaceAll(CONTROL, '_')) ?? []
    if (name === '') throw malformedForm('a part has an invalid header')
    if (!headers.has(name.toLowerCase())) headers.set(name.toLowerCase(), value.trim())
  }
  return headers
}

function headersTooLarge(): MediaError {
  return new MediaError('BODY_TOO_LARGE', {
    message: `The headers of a part of the form may have ${MAX_PART_HEADER_BYTES} bytes`,
  })
}

/** Creates the error for a form that cannot be split into its parts. */
export function malformedForm(reason: string): MediaError {
  return new MediaError('BODY_INVALID', { message: `The form is malformed: ${reason}` })
}

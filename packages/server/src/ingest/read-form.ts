/** The form of an upload request: multipart, JSON or url-encoded, fields collected and the file handed on as it comes. @module */

import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { MediaError } from '@countersign/protocol/errors'
import busboy from 'busboy'
import { LIMIT_SPECS, type ServerLimits } from '../limits.js'
import { createFields, type Fields, MAX_LIST_MEMBERS } from './fields.js'
import { capPartHeaders } from './part-headers.js'
import type { Reservation, TextBudget } from './text-budget.js'

/** The file of a request, while it arrives. */
export interface IncomingFile {
  /** The client's name for it; `undefined` where it sent none. */
  readonly filename: string | undefined
  /** The declared type, `application/octet-stream` where nothing was said. */
  readonly mimeType: string
  /** `file` for bytes, `data` and `url` for a `file` field that was text. */
  readonly source: 'file' | 'data' | 'url'
  /** The bytes; for `url` none. */
  readonly bytes: AsyncIterable<Buffer>
  /** The address of a `url`. */
  readonly url?: string
}

/** A request's form that has not been read yet. */
export interface Form {
  /** What has been said so far; complete once `read` has resolved. */
  readonly fields: Fields
  /**
   * Read to the end. `onFile` is called when the file begins, and the rest waits for it.
   * @throws whatever `onFile` throws, and MediaError BODY_INVALID, BODY_TOO_LARGE or CONNECTION_LOST.
   */
  read(onFile: (file: IncomingFile) => Promise<void>): Promise<void>
}

/** What {@link openForm} may hold in memory. */
export interface FormOptions {
  readonly budget: TextBudget
  /** Of the client, for the budget. */
  readonly address: string
  readonly limits: FormLimits
  /** Bytes of a body, or a part, that is text. @default 84000000, for a data URI */
  readonly maxTextBytes?: number
}

/** Bytes of the body of a call that takes no file. */
export const MAX_CALL_BYTES: number = 512 * 1024

/** Limits on everything but the file. */
export type FormLimits = Pick<
  ServerLimits,
  'maxFormFields' | 'maxFormParts' | 'maxFieldNameBytes' | 'maxFieldBytes' | 'maxFormBytes'
>

/** Characters of a multipart boundary (RFC 2046). */
const MAX_BOUNDARY_LENGTH = 70
/** Bytes of a `file` field that is text: a data URI of 60 MB and its base64 overhead. */
const MAX_DATA_URI_BYTES = 84_000_000

/**
 * Open a request's form.
 * @throws MediaError CONTENT_TYPE_REFUSED for other content types, BODY_INVALID for a boundary over 70 characters.
 */
export function openForm(
  request: IncomingMessage,
  query: URLSearchParams,
  options: FormOptions,
): Form {
  const { budget, limits, maxTextBytes = MAX_DATA_URI_BYTES } = options
  const fields = createFields(limits.maxFormFields)
  const add = fieldAdder(fields, limits)
  for (const [name, value] of query) add(name, value)
  const contentType = request.headers['content-type'] ?? ''
  if (request.headers['content-encoding'] && request.headers['content-encoding'] !== 'identity') {
    throw new MediaError('CONTENT_TYPE_REFUSED', { message: 'Content-Encoding must be identity' })
  }
  if (/^multipart\/form-data/i.test(contentType)) {
    return {
      fields,
      read: (onFile) =>
        readMultipart(request, {
          add,
          budget,
          address: options.address,
          limits,
          maxTextBytes,
          onFile,
        }),
    }
  }
  const parse = textParser(contentType)
  return {
    fields,
    async read(onFile) {
      const reservation = budget.reserve(options.address)
      try {
        const text = await readText(request, { reservation, maxTextBytes })
        const file = parse(text, add)
        if (file !== undefined) await onFile(textFile(file))
      } finally {
        reservation.release()
      }
    },
  }
}

/** @throws MediaError BODY_TOO_LARGE when a name, a value or all together are too long. */
type AddField = (name: string, value: string) => void

interface Reading {
  readonly add: AddField
  readonly budget: TextBudget
  readonly address: string
  readonly limits: FormLimits
  readonly maxTextBytes: number
  readonly onFile: (file: IncomingFile) => Promise<void>
}

function readMultipart(request: IncomingMessage, reading: Reading): Promise<void> {
  const { add, budget, limits } = reading
  const parser = openParser(request, reading)
  const partHeaders = capPartHeaders(parser)
  const reservation = budget.reserve(reading.address)
  let isFileOpen = false
  let isFileCut = false
  let file: Promise<void> | undefined
  let text: string | undefined

  return new Promise<void>((resolve, reject) => {
    let isSettled = false
    function settle(error?: unknown): void {
      if (isSettled) return
      isSettled = true
      reservation.release()
      request.off('data', count).off('close', onClose).off('end', endParser).unpipe(parser)
      if (error === undefined) {
        resolve()
        return
      }
      parser.destroy()
      // Whoever stages the file must have let go of it before the refusal is answered.
      Promise.resolve(file)
        .catch(() => {})
        .then(() => reject(error))
    }
    function attempt(step: () => void): void {
      try {
        step()
      } catch (error) {
        settle(error)
      }
    }
    function count(chunk: Buffer): void {
      // While a file streams, its own limits hold.
      if (!isFileOpen) attempt(() => reservation.grow(chunk.length))
    }
    function onClose(): void {
      // Whole on the wire is not enough: what was still to be read is gone with the connection.
      if (!request.readableEnded) settle(connectionLost())
    }
    function endParser(): void {
      // Written last, so everything else is parsed by then. The parser reads on in the chunk that holds the closing boundary, and
      // would wait for ever for the end of a file that begins behind it.
      parser.write(Buffer.alloc(0), () => {
        if (isFileCut) settle(malformed(new Error('Unexpected end of form')))
        else if (!isSettled) parser.end()
      })
    }
    parser.on('field', (name: string | undefined, value: string | undefined, info) =>
      attempt(() => {
        if (name === undefined) throw nameless()
        // The parser decodes no charset that it does not know.
        if (value === undefined) throw unreadable(name)
        if (info.nameTruncated || info.valueTruncated) throw fieldTooLarge(name, limits)
        if (name === 'file') {
          text = value
          return
        }
        add(name, value)
      }),
    )
    parser.on('file', (name: string | undefined, stream, info) => {
      // Whoever refuses the request stops reading here; the error is told once, by `settle`.
      stream.on('error', () => {})
      // The parser finishes the chunk it is in, also after a refusal.
      if (isSettled) return void stream.resume()
      if (name !== 'file') return settle(wrongFileName(name ?? ''))
      isFileOpen = true
      isFileCut = true
      const push = stream.push.bind(stream)
      stream.push = (chunk, encoding) => {
        if (chunk === null) isFileCut = false
        return push(chunk, encoding)
      }
      stream.on('close', () => {
        isFileOpen = false
      })
      file = reading.onFile({
        filename: info.filename,
        mimeType: info.mimeType,
        source: 'file',
        bytes: stream,
      })
      file.catch(settle)
    })
    for (const limit of ['partsLimit', 'fieldsLimit', 'filesLimit'] as const) {
      parser.on(limit, () => settle(tooMany(limit, limits)))
    }
    parser.on('error', (cause: Error) => settle(malformed(partHeaders.explain(cause))))
    parser.on('close', () => {
      // A parser that was ended by a refusal closes too: what is text in it is nobody's file any more.
      if (isSettled) return
      finish().then(
        () => settle(),
        (error) => settle(error),
      )
    })
    request.on('data', count).on('close', onClose).on('end', endParser)
    request.pipe(parser, { end: false })
    // Who hung up before the form was opened closes no second time.
    if (request.destroyed) onClose()
  })

  async function finish(): Promise<void> {
    await file
    if (!file && text !== undefined) await reading.onFile(textFile(text))
  }
}

function openParser(
  request: IncomingMessage,
  { limits, maxTextBytes }: Pick<Reading, 'limits' | 'maxTextBytes'>,
): busboy.Busboy {
  const boundary = /boundary=(?:"([^"]+)"|([^;]+))/i.exec(request.headers['content-type'] ?? '')
  if ((boundary?.[1] ?? boundary?.[2] ?? '').length > MAX_BOUNDARY_LENGTH) {
    throw new MediaError('BODY_INVALID', {
      message: `The multipart boundary is over ${MAX_BOUNDARY_LENGTH} characters`,
    })
  }
  try {
    return busboy({
      headers: request.headers,
      defParamCharset: 'utf8',
      limits: {
        // Members of lists are parts too; `Fields` counts them apart. The parser stops when this many are over, not at one more.
        parts: limits.maxFormParts + MAX_LIST_MEMBERS + 1,
        fields: limits.maxFormFields + MAX_LIST_MEMBERS,
        // One byte more than allowed, so that what is cut off is told from what fits.
        fieldNameSize: limits.maxFieldNameBytes + 1,
        fieldSize: maxTextBytes,
        files: 1,
      },
    })
  } catch (cause) {
    throw malformed(cause)
  }
}

async function readText(
  request: IncomingMessage,
  { reservation, maxTextBytes }: { reservation: Reservation; maxTextBytes: number },
): Promise<string> {
  try {
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length
      reservation.grow(chunk.length)
      if (bytes > maxTextBytes) throw bodyTooLarge(maxTextBytes)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks).toString('utf8')
  } catch (error) {
    throw request.readableEnded || error instanceof MediaError ? error : connectionLost()
  }
}

/** Adds a body's fields; answers its `file`, which is text. */
type TextParser = (text: string, add: AddField) => string | undefined

function textParser(contentType: string): TextParser {
  if (/^application\/json/i.test(contentType)) return parseJson
  if (/^application\/x-www-form-urlencoded/i.test(contentType) || contentType === '') {
    return parseUrlEncoded
  }
  throw new MediaError('CONTENT_TYPE_REFUSED', {
    message: `Content-Type must be multipart/form-data, application/x-www-form-urlencoded or application/json, received ${contentType.slice(0, 100)}`,
  })
}

// Pair by pair: a body of a million pairs is refused at the first one too many, not after all of them.
function parseUrlEncoded(text: string, add: AddField): string | undefined {
  let file: string | undefined
  for (let at = 0; at <= text.length; ) {
    const end = text.indexOf('&', at)
    const pair = text.slice(at, end < 0 ? text.length : end)
    const [[name = '', value = ''] = []] = new URLSearchParams(pair)
    if (name === 'file') file = value
    else if (pair !== '') add(name, value)
    if (end < 0) break
    at = end + 1
  }
  return file
}

function parseJson(text: string, add: AddField): string | undefined {
  const { rest, file } = cutDataUri(text)
  if (rest.length > MAX_CALL_BYTES) throw bodyTooLarge(MAX_CALL_BYTES)
  let body: unknown
  try {
    body = JSON.parse(rest)
  } catch (cause) {
    throw new MediaError('BODY_INVALID', { message: 'The body is not JSON', cause })
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new MediaError('BODY_INVALID', { message: 'The body is not a JSON object' })
  }
  for (const [name, value] of Object.entries(body)) {
    if (name === 'file') continue
    for (const [key, member] of jsonPairs(name, value)) add(key, member)
  }
  const own = Object.hasOwn(body, 'file') ? String(Object(body).file ?? '') : undefined
  return file ?? (own || undefined)
}

/** A data URI needs no escapes, so it is taken out before the rest is parsed. */
function cutDataUri(text: string): { rest: string; file: string | undefined } {
  const start = /"file"\s*:\s*"(?=data:)/.exec(text)
  if (!start) return { rest: text, file: undefined }
  const from = start.index + start[0].length
  const to = text.indexOf('"', from)
  if (to < 0) return { rest: text, file: undefined }
  return { rest: text.slice(0, from) + text.slice(to), file: text.slice(from, to) }
}

function jsonPairs(name: string, value: unknown): readonly (readonly [string, string])[] {
  if (value === null || value === undefined) return []
  const isList = Array.isArray(value) && value.every((item) => typeof item !== 'object')
  if (isList) return value.map((item) => [`${name}[]`, String(item)] as const)
  try {
    return [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]]
  } catch (cause) {
    throw new MediaError('BODY_INVALID', {
      message: `${name.slice(0, 64)} is nested too deeply`,
      cause,
    })
  }
}

function fieldAdder(fields: Fields, limits: FormLimits): AddField {
  let total = 0
  return (name, value) => {
    const bytes = Buffer.byteLength(value)
    total += bytes
    if (Buffer.byteLength(name) > limits.maxFieldNameBytes || bytes > limits.maxFieldBytes) {
      throw fieldTooLarge(name, limits)
    }
    if (total > limits.maxFormBytes) throw formTooLarge(limits)
    fields.add(name, value)
  }
}

/** A `file` that is text: a data URI, or an address to fetch. */
function textFile(text: string): IncomingFile {
  const match = /^data:([^;,]*)((?:;[^;,]*)*),/.exec(text.slice(0, 1024))
  if (!match) {
    return {
      filename: undefined,
      mimeType: 'application/octet-stream',
      source: 'url',
      url: text,
      bytes: Readable.from([]),
    }
  }
  const [prefix, mimeType, options = ''] = match
  const body = text.slice(prefix.length)
  const isBase64 = /;base64$/i.test(options)
  const bytes = Buffer.from(isBase64 ? body : safeDecode(body), isBase64 ? 'base64' : 'utf8')
  const name = /;(?:file)?name=([^;,]+)/i.exec(options)?.[1]
  return {
    filename: name && safeDecode(name),
    mimeType: mimeType || 'application/octet-stream',
    source: 'data',
    bytes: Readable.from(slices(bytes)),
  }
}

function* slices(bytes: Buffer): Generator<Buffer> {
  const size = 64 * 1024
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function nameless(): MediaError {
  return new MediaError('BODY_INVALID', { message: 'A part of the form has no name' })
}

function unreadable(name: string): MediaError {
  return new MediaError('BODY_INVALID', {
    message: `${name.slice(0, 100)} is in a charset that is not known: send UTF-8`,
  })
}

function fieldTooLarge(
  name: string,
  { maxFieldBytes, maxFieldNameBytes, maxFormBytes }: FormLimits,
): MediaError {
  return new MediaError('BODY_TOO_LARGE', {
    message: `${name.slice(0, 100)} is too large: a field may have ${maxFieldBytes} bytes and its name ${maxFieldNameBytes}, all fields ${maxFormBytes}`,
    details: { limit: LIMIT_SPECS.maxFieldBytes.variable },
  })
}

function formTooLarge({ maxFormBytes }: FormLimits): MediaError {
  return new MediaError('BODY_TOO_LARGE', {
    message: `The form is too large: all fields may have ${maxFormBytes} bytes`,
    details: { limit: LIMIT_SPECS.maxFormBytes.variable },
  })
}

function bodyTooLarge(maxBytes: number): MediaError {
  return new MediaError('BODY_TOO_LARGE', {
    message: `The body is too large: text may have ${maxBytes} bytes`,
  })
}

function tooMany(
  limit: 'partsLimit' | 'fieldsLimit' | 'filesLimit',
  { maxFormParts, maxFormFields }: FormLimits,
): MediaError {
  const allowed = {
    partsLimit: `${maxFormParts} parts`,
    fieldsLimit: `${maxFormFields} fields`,
    filesLimit: '1 file',
  }
  return new MediaError('BODY_TOO_LARGE', { message: `A form may have ${allowed[limit]} at most` })
}

function wrongFileName(name: string): MediaError {
  return new MediaError('BODY_INVALID', {
    message: `The file must be in the part named file, not ${name.slice(0, 100)}`,
  })
}

function malformed(cause: unknown): MediaError {
  if (cause instanceof MediaError) return cause
  const reason = cause instanceof Error ? cause.message : 'it cannot be parsed'
  return new MediaError('BODY_INVALID', {
    message: `The form is malformed: ${reason}`,
    cause,
  })
}

function connectionLost(): MediaError {
  return new MediaError('CONNECTION_LOST', {
    message: 'The connection was lost before the upload was whole',
  })
}

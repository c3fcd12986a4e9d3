/** Reads a multipart form. Passes on the file as it arrives; bounds and adds the text parts. @module */

import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { MediaError } from '@countersign/protocol/errors'
import busboy from 'busboy'
import { decodeBase64 } from './base64-stream.js'
import { bodyTooLarge, type FormLimits, fieldTooLarge, MAX_OUTSIDE_BYTES } from './body-reading.js'
import type { TextBytes } from './data-uri.js'
import { MAX_LIST_MEMBERS } from './fields.js'
import { openFileText } from './file-text.js'
import { readPartFileName } from './part-file-name.js'
import { capPartHeaders, MAX_PART_HEADER_BYTES, type PartDescription } from './part-headers.js'
import type { FormReading, IncomingFile } from './read-form.js'
import { connectionLost } from './request-chunks.js'

/** Maximum characters of a multipart boundary (RFC 2046). */
const MAX_BOUNDARY_LENGTH = 70
/** Text of the parser's error for a body that ends too early. */
const UNEXPECTED_END = 'Unexpected end of form'
const MISSING_BOUNDARY = ', its closing boundary is missing'
const LINE_ENDS = ', its lines must end with CR and LF'
const OCTET_STREAM = 'application/octet-stream'

/**
 * Reads the body to its end.
 * @throws MediaError BODY_INVALID, BODY_TOO_LARGE, CONNECTION_LOST, and the errors of `reading`.
 */
export function readMultipart(request: IncomingMessage, reading: FormReading): Promise<void> {
  const { add, limits } = reading
  const parser = openParser(request, limits)
  const partHeaders = capPartHeaders(parser)
  const maxPartBytes = limits.maxFieldBytes + MAX_PART_HEADER_BYTES
  let outsideBytes = 0
  /** Upper bound for the bytes of the current field. */
  let fieldBytes = 0
  let hasBareLf = false
  let isFileOpen = false
  let isFileCut = false
  let file: Promise<void> | undefined

  return new Promise<void>((resolve, reject) => {
    let isSettled = false
    function settle(error?: unknown): void {
      if (isSettled) return
      isSettled = true
      request.off('data', count).off('close', onClose).off('end', endParser).unpipe(parser)
      if (error === undefined) {
        resolve()
        return
      }
      parser.destroy()
      // The file's consumer must close the staged file before the error is answered.
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
      if (outsideBytes === 0 && /^--[^\r\n]{1,70}\n/.test(chunk.toString('latin1', 0, 80)))
        hasBareLf = true
      // A streaming file has its own limits.
      if (isFileOpen || isSettled) return
      outsideBytes += chunk.length
      if (outsideBytes > MAX_OUTSIDE_BYTES) settle(bodyTooLarge(MAX_OUTSIDE_BYTES))
      // The parser buffers a field until its end, and of a larger field no more than the maximum.
      fieldBytes = Math.min(fieldBytes + chunk.length, maxPartBytes)
      attempt(() => reading.hold(fieldBytes))
    }
    function onClose(): void {
      // Even if the whole body has arrived, its unread bytes are lost with the connection.
      if (!request.readableEnded) settle(connectionLost())
    }
    function endParser(): void {
      // The empty write ends last, so everything before it is parsed by then. The parser also reads what follows the closing boundary in
      // the same chunk, and would wait for ever for the end of a file that begins there.
      parser.write(Buffer.alloc(0), () => {
        if (isFileCut) settle(malformed(new Error(UNEXPECTED_END), hasBareLf))
        else if (!isSettled) parser.end()
      })
    }
    parser.on('field', (name: string | undefined, value: string | undefined, info) =>
      attempt(() => {
        if (name === undefined) throw nameless()
        // The parser returns no value for an unknown charset.
        if (value === undefined) throw unreadable(name)
        if (info.nameTruncated || info.valueTruncated) throw fieldTooLarge(name, limits)
        fieldBytes = 0
        add(name, value)
      }),
    )
    parser.on('file', (name: string | undefined, stream, info) => {
      // The consumer stops reading after it refuses the request; `settle` reports that error already.
      stream.on('error', () => {})
      // The parser finishes its current chunk even after a refusal.
      if (isSettled) return void stream.resume()
      if (name !== 'file') return settle(wrongFileName(name ?? ''))
      isFileOpen = true
      isFileCut = true
      fieldBytes = 0
      const push = stream.push.bind(stream)
      stream.push = (chunk, encoding) => {
        if (chunk === null) isFileCut = false
        return push(chunk, encoding)
      }
      stream.on('close', () => {
        isFileOpen = false
      })
      // The consumer skips bytes on purpose, so discard the rest.
      file = handOn(stream, info).then(() => void stream.resume())
      file.catch(settle)
    })
    for (const limit of ['partsLimit', 'fieldsLimit', 'filesLimit'] as const) {
      parser.on(limit, () => settle(tooMany(limit, limits)))
    }
    parser.on('error', (cause: Error) => settle(malformed(partHeaders.explain(cause), hasBareLf)))
    parser.on('close', () => {
      // After a refusal, the destroyed parser also emits `close`; the rest of the body is ignored.
      if (isSettled) return
      Promise.resolve(file).then(() => settle(), settle)
    })
    request.on('close', onClose).on('end', endParser)
    request.pipe(parser, { end: false })
    // Added after the pipe, so that the parser already knows whether the chunk belongs to a file.
    request.on('data', count)
    // A request that closed before this point emits no second `close`.
    if (request.destroyed) onClose()
  })

  async function handOn(stream: Readable, info: busboy.FileInfo): Promise<void> {
    const part = partHeaders.current()
    const bytes = decodedPart(stream, info.encoding)
    if (info.filename === undefined && part.mimeType !== OCTET_STREAM) {
      return reading.onFile(await openUnnamed(bytes, part))
    }
    const filename = nameOf(info.filename, part)
    return reading.onFile({
      filename,
      mimeType: part.mimeType ?? OCTET_STREAM,
      source: 'file',
      bytes,
    })
  }
}

/** Opens a file without a name, which may be text. A form field has no type or `text/plain`; neither describes the content. */
function openUnnamed(bytes: TextBytes, part: PartDescription): Promise<IncomingFile> {
  const { mimeType = 'text/plain', charset = 'utf-8' } = part
  const isText = mimeType === 'text/plain'
  if (isText && /^utf-?(16|32)/.test(charset)) throw unreadable('file')
  return openFileText(bytes, {
    charset,
    orBytes: { mimeType: isText ? OCTET_STREAM : mimeType, canBeAddress: isText },
  })
}

function nameOf(filename: string | undefined, part: PartDescription): string | undefined {
  return filename && readPartFileName({ text: filename, isExtended: part.hasExtendedName })
}

/** Decodes a part's Content-Transfer-Encoding. RFC 7578 deprecates the header, but clients built on mail libraries send it. */
function decodedPart(stream: Readable, encoding: string): AsyncIterable<Buffer> {
  if (encoding === 'base64') return decodeBase64(stream)
  if (/^(7bit|8bit|binary)$/.test(encoding)) return stream
  throw new MediaError('BODY_INVALID', {
    message: `The Content-Transfer-Encoding of file must be binary, 8bit, 7bit or base64, received ${encoding.slice(0, 100)}`,
  })
}

function openParser(request: IncomingMessage, limits: FormLimits): busboy.Busboy {
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
      // Names are cut to their last segment after they are decoded.
      preservePath: true,
      limits: {
        // Members of lists are parts too; `Fields` counts them separately. The parser stops after this many parts, not at one more.
        parts: limits.maxFormParts + MAX_LIST_MEMBERS + 1,
        fields: limits.maxFormFields + MAX_LIST_MEMBERS,
        // One byte more than allowed, so that a truncated value differs from a value that fits.
        fieldNameSize: limits.maxFieldNameBytes + 1,
        fieldSize: limits.maxFieldBytes + 1,
        files: 1,
      },
    })
  } catch (cause) {
    throw malformed(cause)
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

function malformed(cause: unknown, hasBareLf = false): MediaError {
  if (cause instanceof MediaError) return cause
  const reason = cause instanceof Error ? cause.message : 'it cannot be parsed'
  const hint = hasBareLf ? LINE_ENDS : MISSING_BOUNDARY
  return new MediaError('BODY_INVALID', {
    message: `The form is malformed: ${reason}${reason === UNEXPECTED_END ? hint : ''}`,
    cause,
  })
}

/** Reads a multipart form. Streams the file, and adds the text parts as fields within the limits. @module */

import type { IncomingMessage } from 'node:http'
import { MediaError } from '@countersign/protocol/errors'
import { decodeBase64 } from './base64-stream.js'
import { type FormLimits, fieldTooLarge } from './body-reading.js'
import type { TextBytes } from './data-uri.js'
import { MAX_LIST_MEMBERS } from './fields.js'
import { openFileText } from './file-text.js'
import { malformedForm, splitParts } from './multipart-parts.js'
import { describePart, type PartDescription } from './part-headers.js'
import type { FormReading, IncomingFile } from './read-form.js'
import { readChunks } from './request-chunks.js'

/** Maximum characters of a multipart boundary (RFC 2046). */
const MAX_BOUNDARY_LENGTH = 70
const OCTET_STREAM = 'application/octet-stream'

/**
 * Reads a multipart form to the end of its body.
 * @throws MediaError BODY_INVALID, BODY_TOO_LARGE, CONNECTION_LOST, and the errors of `reading`.
 */
export async function readMultipart(request: IncomingMessage, reading: FormReading): Promise<void> {
  const boundary = boundaryOf(request.headers['content-type'] ?? '')
  const chunks = readChunks(request)
  const count = createPartCounter(reading.limits)
  try {
    for await (const { headers, body } of splitParts(chunks, boundary)) {
      const part = describePart(headers)
      count(part)
      if (!part) continue
      if (part.name === undefined) throw nameless()
      if (!part.isFile) reading.add(part.name, await readField(part, body, reading))
      else if (part.name === 'file') await reading.onFile(await openFile(part, body))
      else throw wrongFileName(part.name)
    }
  } finally {
    chunks.stop()
  }
}

function boundaryOf(contentType: string): string {
  const [, quoted, plain = ''] = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? []
  const boundary = quoted ?? plain
  if (boundary === '') throw malformedForm('its Content-Type has no boundary')
  if (boundary.length > MAX_BOUNDARY_LENGTH) {
    throw new MediaError('BODY_INVALID', {
      message: `The multipart boundary is over ${MAX_BOUNDARY_LENGTH} characters`,
    })
  }
  return boundary
}

/** Returns a function that counts parts. @throws MediaError BODY_TOO_LARGE for more parts, fields or files than a form may have. */
function createPartCounter(limits: FormLimits): (part: PartDescription | undefined) => void {
  let parts = 0
  let fields = 0
  let files = 0
  return (part) => {
    parts += 1
    if (part?.isFile) files += 1
    else if (part) fields += 1
    // Members of lists are parts too; `Fields` counts them separately.
    if (parts > limits.maxFormParts + MAX_LIST_MEMBERS)
      throw tooMany(`${limits.maxFormParts} parts`)
    if (fields > limits.maxFormFields + MAX_LIST_MEMBERS)
      throw tooMany(`${limits.maxFormFields} fields`)
    if (files > 1) throw tooMany('1 file')
  }
}

async function readField(
  { name = '', charset = 'utf-8' }: PartDescription,
  body: TextBytes,
  { limits, hold }: FormReading,
): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of body) {
    bytes += piece.length
    if (bytes > limits.maxFieldBytes) throw fieldTooLarge(name, limits)
    hold(bytes)
    pieces.push(piece)
  }
  const value = Buffer.concat(pieces)
  try {
    return new TextDecoder(charset, { ignoreBOM: true }).decode(value)
  } catch {
    throw unreadable(name)
  }
}

/** Opens the file of a form. A part without a file name may hold text: a data URI or an address to fetch. */
async function openFile(part: PartDescription, body: TextBytes): Promise<IncomingFile> {
  const { filename, mimeType } = part
  const bytes = decodedPart(part, body)
  if (!part.hasFileName && mimeType !== OCTET_STREAM) return openUnnamed(part, bytes)
  return { filename, mimeType: mimeType ?? OCTET_STREAM, source: 'file', bytes }
}

/** Opens a file without a name, which may be text. A form field has no type or `text/plain`; neither describes the content. */
function openUnnamed(
  { mimeType = 'text/plain', charset = 'utf-8' }: PartDescription,
  bytes: TextBytes,
): Promise<IncomingFile> {
  const isText = mimeType === 'text/plain'
  if (isText && /^utf-?(16|32)/.test(charset)) throw unreadable('file')
  return openFileText(bytes, {
    charset,
    orBytes: { mimeType: isText ? OCTET_STREAM : mimeType, canBeAddress: isText },
  })
}

/** Decodes a part's Content-Transfer-Encoding. RFC 7578 deprecates the header, but clients built on mail libraries send it. */
function decodedPart({ encoding }: PartDescription, body: TextBytes): TextBytes {
  if (encoding === 'base64') return decodeBase64(body)
  if (/^(7bit|8bit|binary)$/.test(encoding)) return body
  throw new MediaError('BODY_INVALID', {
    message: `The Content-Transfer-Encoding of file must be binary, 8bit, 7bit or base64, received ${encoding.slice(0, 100)}`,
  })
}

function nameless(): MediaError {
  return new MediaError('BODY_INVALID', { message: 'A part of the form has no name' })
}

function unreadable(name: string): MediaError {
  return new MediaError('BODY_INVALID', {
    message: `${name.slice(0, 100)} is in an unknown charset: send UTF-8`,
  })
}

function tooMany(allowed: string): MediaError {
  return new MediaError('BODY_TOO_LARGE', { message: `A form may have ${allowed} at most` })
}

function wrongFileName(name: string): MediaError {
  return new MediaError('BODY_INVALID', {
    message: `The file must be in the part named file, not ${name.slice(0, 100)}`,
  })
}

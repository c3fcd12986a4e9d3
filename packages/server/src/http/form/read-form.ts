/** Reads the form of an upload request: multipart, JSON or url-encoded. Collects the fields, and streams the file. @module */

import type { IncomingMessage } from 'node:http'
import { MediaError } from '@countersign/protocol/errors'
import { type BodyReading, type FormLimits, fieldAdder } from './body-reading.js'
import { createFields, type Fields } from './fields.js'
import { openFileText } from './file-text.js'
import { readJson } from './json-body.js'
import { readMultipart } from './multipart-body.js'
import { readChunks } from './request-chunks.js'
import type { TextReservation } from './unverified-text.js'
import { readUrlEncoded } from './urlencoded-body.js'

/** The file of a request, while it arrives. */
export interface IncomingFile {
  /** File name from the client; `undefined` if the client sent none. */
  readonly filename: string | undefined
  /** Declared media type. @default `application/octet-stream` */
  readonly mimeType: string
  /** `file` for bytes, `data` for a data URI, `url` for an address to fetch. */
  readonly source: 'file' | 'data' | 'url'
  /** Bytes of the file; empty for `url`. */
  readonly bytes: AsyncIterable<Buffer>
  /** Address to fetch, for `url` only. */
  readonly url?: string
}

/** A request's form that has not been read yet. */
export interface Form {
  /** Fields read so far; complete after `read` resolves. */
  readonly fields: Fields
  /**
   * Reads the form to its end. Calls `onFile` when the file begins, and waits for it before it reads on. For an address to fetch, calls
   * `onFile` after all fields.
   * @throws any error of `onFile`, and MediaError BODY_INVALID, BODY_TOO_LARGE, PARAM_INVALID, RATE_LIMITED or CONNECTION_LOST.
   */
  read(onFile: (file: IncomingFile) => Promise<void>): Promise<void>
}

/** Options of {@link openForm}. */
export interface FormOptions {
  readonly limits: FormLimits
  /** Counts the memory that the form takes. By default nothing is counted, for requests that are already authenticated. */
  readonly memory?: Pick<TextReservation, 'hold'>
}

/**
 * Opens a request's form.
 * @throws MediaError CONTENT_TYPE_REFUSED for other content types, BODY_INVALID for a boundary over 70 characters.
 */
export function openForm(
  request: IncomingMessage,
  query: URLSearchParams,
  { limits, memory }: FormOptions,
): Form {
  const fields = createFields(limits.maxFormFields)
  const addField = fieldAdder(fields, limits)
  for (const [name, value] of query) addField(name, value)
  const readBody = bodyReader(request)
  let fieldBytes = 0

  async function read(onFile: (file: IncomingFile) => Promise<void>): Promise<void> {
    let toFetch: IncomingFile | undefined
    await readBody({
      limits,
      add(name, value) {
        fieldBytes += Buffer.byteLength(name) + Buffer.byteLength(value)
        memory?.hold(fieldBytes)
        addField(name, value)
      },
      hold: (bytes) => memory?.hold(fieldBytes + bytes),
      async onFile(file) {
        if (file.source === 'url') toFetch = file
        else await onFile(file)
      },
    })
    if (toFetch) await onFile(toFetch)
  }
  return { fields, read }
}

/** Receives the fields and the file of a form in any encoding. */
export interface FormReading extends Omit<BodyReading, 'chunks' | 'onText'> {
  onFile(file: IncomingFile): Promise<void>
}

function bodyReader(request: IncomingMessage): (reading: FormReading) => Promise<void> {
  const contentType = request.headers['content-type'] ?? ''
  if (request.headers['content-encoding'] && request.headers['content-encoding'] !== 'identity') {
    throw new MediaError('CONTENT_TYPE_REFUSED', { message: 'Content-Encoding must be identity' })
  }
  if (/^multipart\/form-data/i.test(contentType)) {
    return (reading) => readMultipart(request, reading)
  }
  if (/^application\/json/i.test(contentType)) return asText(request, readJson)
  if (/^application\/x-www-form-urlencoded/i.test(contentType) || contentType === '') {
    return asText(request, readUrlEncoded)
  }
  throw new MediaError('CONTENT_TYPE_REFUSED', {
    message: `Content-Type must be multipart/form-data, application/x-www-form-urlencoded or application/json, received ${contentType.slice(0, 100)}`,
  })
}

/** Returns a reader for a body whose file is always text. */
function asText(
  request: IncomingMessage,
  readBody: (reading: BodyReading) => Promise<void>,
): (reading: FormReading) => Promise<void> {
  return async (reading) => {
    const chunks = readChunks(request)
    try {
      await readBody({
        ...reading,
        chunks,
        onText: async (text, options) => reading.onFile(await openFileText(text, options)),
      })
    } finally {
      chunks.stop()
    }
  }
}

/** Sends errors in the protocol's form, and drains the bodies of refused requests. @module */

import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { errorCode, MediaError } from '@countersign/protocol/errors'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { errorAnswer } from '../errors.js'
import { LIMIT_SPECS, type ServerLimits } from '../limits.js'

/** Maximum body bytes that are drained after a refusal. If the connection closed at once, the client would see a reset instead of the error. */
const MAX_DRAIN_BYTES = 10 * 1024 * 1024
const MAX_DRAIN_MS = 5000

const FILE_HEADERS = [
  ...['cache-control', 'content-disposition', 'content-length', 'content-range', 'content-type'],
  ...['etag', 'last-modified'],
]

/** Sends an error in the protocol's form: `{"error":{"message"}}`, with the same text in `X-Cld-Error`. */
export function sendError(request: FastifyRequest, reply: FastifyReply, error: unknown): void {
  const answer = errorAnswer(error)
  const code = errorCode(error)
  const details = { code, status: answer.status, err: answer.status >= 500 ? error : undefined }
  if (answer.status >= 500) request.log.error(details, 'failed')
  // The text of a wrong signature contains every parameter. Its cause is logged separately.
  else if (code === 'SIGNATURE_MISMATCH') request.log.info(details, 'refused')
  else request.log.info({ ...details, reason: answer.message }, 'refused')
  if (code === 'CONNECTION_LOST' && request.raw.destroyed) return void reply.hijack()
  if (answer.retryAfterSeconds) reply.header('retry-after', String(answer.retryAfterSeconds))
  drain(request.raw)
  // If the first byte of a file cannot be read, headers of the file are set already.
  for (const name of FILE_HEADERS) reply.removeHeader(name)
  reply
    .code(answer.status)
    .header('x-cld-error', headerText(answer.message))
    .send({ error: { message: answer.message } })
}

/** Reads and discards the rest of a body up to a limit of bytes and time, then closes the connection. */
export function drain(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return
  let bytes = 0
  const timer = setTimeout(stop, MAX_DRAIN_MS)
  timer.unref()
  function stop(): void {
    clearTimeout(timer)
    request.destroy()
  }
  request.on('error', () => {})
  request.on('end', () => clearTimeout(timer)).on('close', () => clearTimeout(timer))
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_DRAIN_BYTES) stop()
  })
  request.resume()
}

/** Answers connections without a valid request: headers that are too large or too slow, or no HTTP at all. */
export function answerClientError(
  error: Error & { readonly code?: string },
  socket: Socket,
  limits: Pick<ServerLimits, 'maxHeaderBytes' | 'headersTimeoutSeconds'>,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const message = clientErrorText(error.code, limits)
  const body = JSON.stringify({ error: { message } })
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nX-Cld-Error: ${message}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}

function clientErrorText(
  code: string | undefined,
  limits: Pick<ServerLimits, 'maxHeaderBytes' | 'headersTimeoutSeconds'>,
): string {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return `The headers of a request may have ${limits.maxHeaderBytes} bytes (${LIMIT_SPECS.maxHeaderBytes.variable})`
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return `The headers of a request must arrive within ${limits.headersTimeoutSeconds} s (${LIMIT_SPECS.headersTimeoutSeconds.variable})`
  }
  return 'The request is malformed'
}

/** Creates the error for a method or path that does not exist. */
export function notFound(): MediaError {
  return new MediaError('ASSET_NOT_FOUND', { message: 'Not found' })
}

function headerText(text: string): string {
  return text.slice(0, 1000).replace(/[^\x20-\x7e]/g, '?')
}

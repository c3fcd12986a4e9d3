/** The protocol's envelope: request ids, errors and their header, refused bodies drained. @module */

import type { IncomingMessage } from 'node:http'
import { MediaError } from '@countersign/protocol/errors'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { errorAnswer } from '../errors.js'

/** What is read and dropped after a refusal: closing at once would show the client a reset instead of the reason. */
const MAX_DRAIN_BYTES = 10 * 1024 * 1024
const MAX_DRAIN_MS = 5000

/** Answer an error in the protocol's form: `{"error":{"message"}}`, the same text in `X-Cld-Error`. */
export function sendError(request: FastifyRequest, reply: FastifyReply, error: unknown): void {
  const answer = errorAnswer(error)
  const { code } = Object(error)
  const details = { code, status: answer.status, err: answer.status >= 500 ? error : undefined }
  if (answer.status >= 500) request.log.error(details, 'failed')
  // A wrong signature's text holds every parameter, and its finding is logged apart.
  else if (code === 'SIGNATURE_MISMATCH') request.log.info(details, 'refused')
  else request.log.info({ ...details, reason: answer.message }, 'refused')
  if (code === 'CONNECTION_LOST' && request.raw.destroyed) return void reply.hijack()
  if (answer.retryAfterSeconds) reply.header('retry-after', String(answer.retryAfterSeconds))
  drain(request.raw)
  reply
    .code(answer.status)
    .header('x-cld-error', headerText(answer.message))
    .send({ error: { message: answer.message } })
}

/** Read the rest of a body and drop it, so much and so long; then the connection goes. */
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

/** The error for a method or path that does not exist. */
export function notFound(): MediaError {
  return new MediaError('ASSET_NOT_FOUND', { message: 'Not found' })
}

function headerText(text: string): string {
  return text.slice(0, 1000).replace(/[^\x20-\x7e]/g, '?')
}

/** What the server's answer to an upload means. @module */

import { afterColon, createFailure } from './failure.js'
import type { TransportReply } from './upload-transport.js'

/**
 * The uploaded asset, or of a part that is not the last what the server says to it.
 *
 * @throws MediaError RATE_LIMITED, STORAGE_UNAVAILABLE, PRESET_REFUSED, SOURCE_UNREACHABLE, ASSET_TOO_LARGE, UNAUTHORIZED or
 * PARAM_INVALID.
 */
export function readUploadReply(
  reply: TransportReply,
  url: string,
): Readonly<Record<string, unknown>> {
  const { status, retryAfter } = reply
  const body = parseJson(reply.text)
  if (status >= 200 && status < 300 && body) return body
  const details = { status, retryAfter, request: `POST ${url}`, answer: String(status) }
  const again = { ...details, isTransient: true, isRetryable: true }
  if (status === 429 || status === 420)
    throw createFailure('RATE_LIMITED', 'too_many_stopped', {}, again)
  if (status >= 500) throw createFailure('STORAGE_UNAVAILABLE', 'unavailable', {}, again)
  const message = afterColon(messageOf(body) ?? `it answered ${status}.`)
  const isUnsigned = /whitelisted for unsigned|must supply api_key/i.test(message)
  if (isUnsigned) {
    throw createFailure('PRESET_REFUSED', 'bad_unsigned', {}, { ...details, isConfiguration: true })
  }
  // The protocol's words for an address that the server could not read, whatever the reason.
  if (/^error in loading /.test(message)) {
    throw createFailure(
      'SOURCE_UNREACHABLE',
      'nothing_found',
      {},
      { ...details, isRetryable: true },
    )
  }
  if (status === 413) throw createFailure('ASSET_TOO_LARGE', 'refused', { message }, details)
  if (status === 401) throw createFailure('UNAUTHORIZED', 'not_allowed', { message }, details)
  throw createFailure('PARAM_INVALID', 'refused', { message }, details)
}

function messageOf(body: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const error = body?.error
  if (typeof error !== 'object' || error === null) return undefined
  const { message } = error as { readonly message?: unknown }
  return typeof message === 'string' ? message : undefined
}

function parseJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

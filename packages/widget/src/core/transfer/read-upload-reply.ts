/** Reads the server's answer to an upload. @module */

import { createFailure, explainFailure } from '../failures/failure.js'
import type { TransportReply } from './upload-transport.js'

/**
 * Returns the uploaded asset. For any part but the last, returns the server's answer to that part.
 *
 * @throws MediaError RATE_LIMITED or STORAGE_UNAVAILABLE, which can be retried. For a refusal, ASSET_TOO_LARGE, ASSET_TYPE_REFUSED,
 * IMAGE_INVALID, FILE_EMPTY, SOURCE_UNREACHABLE, PRESET_REFUSED, UNAUTHORIZED or PARAM_INVALID.
 */
export async function readUploadReply(
  reply: TransportReply,
  { url, fileType }: { readonly url: string; readonly fileType: string },
): Promise<Readonly<Record<string, unknown>>> {
  const { status, retryAfter } = reply
  const body = parseJson(reply.text)
  if (status >= 200 && status < 300 && body) return body
  const message = messageOf(body)
  const details = { status, retryAfter, request: `POST ${url}`, answer: String(status) }
  const again = { ...details, detail: message ?? '', isTransient: true, isRetryable: true }
  if (status === 429 || status === 420)
    throw createFailure('RATE_LIMITED', 'too_many_stopped', {}, again)
  if (status >= 500) throw createFailure('STORAGE_UNAVAILABLE', 'unavailable', {}, again)
  const explaining = import('./explain-refusal.js').then(({ explainRefusal }) =>
    explainRefusal({ status, message: message ?? '', fileType }),
  )
  throw await explainFailure(details, explaining)
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

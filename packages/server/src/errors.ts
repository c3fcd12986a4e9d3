/** Maps errors to HTTP statuses and texts, for the Upload API and the Admin API. @module */

import { type ErrorCode, MediaError } from '@countersign/protocol/errors'
import * as v from 'valibot'

/** The response to an error. */
export interface ErrorAnswer {
  readonly status: number
  readonly message: string
  /** Seconds until the caller may retry. Set only for RATE_LIMITED. */
  readonly retryAfterSeconds?: number
}

// Only statuses whose text the official clients read (protocol: upload-api 1.2). Codes that are not listed have the status 400.
const STATUSES: Partial<Record<ErrorCode, number>> = {
  ACTION_NOT_ALLOWED: 401,
  API_KEY_UNKNOWN: 401,
  API_SECRET_WRONG: 401,
  CLOUD_UNKNOWN: 401,
  SIGNATURE_MISMATCH: 401,
  UNAUTHORIZED: 401,
  ASSET_NOT_FOUND: 404,
  PRESET_EXISTS: 409,
  RATE_LIMITED: 429,
  STORAGE_FULL: 500,
  STORAGE_UNAVAILABLE: 500,
  INTERNAL: 500,
}

/** Default wait before a client may retry, if the limit does not name one. */
const RETRY_AFTER_SECONDS = 2

/** Text of an internal error. The cause is in the log, under the request id. */
const GENERAL = 'General Error'

/** An error of the HTTP framework that refuses a request. */
const refusalSchema = v.object({
  statusCode: v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(499)),
  message: v.string(),
})

/** Returns the response to a thrown value. The details of anything but a MediaError stay in the log. */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (!(error instanceof MediaError)) {
    // Errors of the HTTP framework, such as a bad escape in the path or a wrong content type.
    const { success, output } = v.safeParse(refusalSchema, error)
    return success ? { status: 400, message: output.message } : { status: 500, message: GENERAL }
  }
  const status = STATUSES[error.code] ?? 400
  // A full disk is the only internal error that clients see, because an operator must free space.
  const isTold = status !== 500 || error.code === 'STORAGE_FULL'
  const message = isTold ? error.message : GENERAL
  if (error.code !== 'RATE_LIMITED') return { status, message }
  const { retryAfterSeconds = RETRY_AFTER_SECONDS } = error.details
  return { status, message, retryAfterSeconds: Number(retryAfterSeconds) }
}

/** Converts errors to the endpoint's JSON responses. @module */

import { type ErrorCode, MediaError, wireCode } from '@countersign/protocol/errors'
import { type Answer, jsonAnswer } from './answer.js'

/** Reason why a parameter was refused. */
export interface Issue {
  /** Name of the parameter on the wire. */
  readonly param: string
  /** `not_signable`, `malformed`, `required`, or the code of the rule that refused the value. */
  readonly code: string
  /** Sentence for developers; names the option to set. */
  readonly message: string
  /** Allowed value, or a short list of allowed values or bounds. */
  readonly expected?: unknown
}

/** Id and time of one request. */
export interface CallStamp {
  /** Id of the request, 32 lower-case hex digits. */
  readonly requestId: string
  /** Time of the endpoint in Unix seconds. */
  readonly nowSeconds: number
}

/** Maximum number of issues in one response. */
export const MAX_ISSUES = 20

const STATUS: ReadonlyMap<ErrorCode, number> = new Map<ErrorCode, number>([
  ['BODY_INVALID', 400],
  ['ACTION_UNSUPPORTED', 400],
  ['SIGNATURE_MISMATCH', 401],
  ['SIGNATURE_EXPIRED', 401],
  ['UNAUTHORIZED', 401],
  ['ORIGIN_REFUSED', 403],
  ['PRESET_REFUSED', 403],
  ['METHOD_NOT_ALLOWED', 405],
  ['BODY_TOO_LARGE', 413],
  ['CONTENT_TYPE_REFUSED', 415],
  ['PARAMS_REFUSED', 422],
  ['RATE_LIMITED', 429],
  ['CONFIG_INVALID', 500],
])

// The text of a 5xx response is constant. Only the app's log contains the reason.
const SAFE_TEXT: ReadonlyMap<ErrorCode, string> = new Map<ErrorCode, string>([
  [
    'CONFIG_INVALID',
    'Uploads are not set up yet. The app log names what is missing, under this request id.',
  ],
  [
    'INTERNAL',
    'The upload could not be signed. The app log has the reason, under this request id.',
  ],
])

/** Returns the HTTP status for an error, 500 for an unknown error. */
export function errorStatus(error: unknown): number {
  return (error instanceof MediaError && STATUS.get(error.code)) || 500
}

/** Converts an error to the answer `{ error: { code, message, request_id, server_time, issues? } }` with its status and headers. */
export function errorAnswer(error: unknown, stamp: CallStamp): Answer {
  const known =
    error instanceof MediaError && STATUS.has(error.code) ? error : new MediaError('INTERNAL')
  const { issues, retryAfterSeconds, allow } = known.details as {
    issues?: readonly Issue[]
    retryAfterSeconds?: number
    allow?: string
  }
  const body = {
    error: {
      code: wireCode(known.code),
      message: SAFE_TEXT.get(known.code) ?? known.message,
      request_id: stamp.requestId,
      server_time: stamp.nowSeconds,
      ...(issues ? { issues: issues.slice(0, MAX_ISSUES) } : {}),
    },
  }
  const headers: Record<string, string> = {}
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds)
  if (allow) headers.allow = allow
  return jsonAnswer(body, { status: errorStatus(known), headers })
}

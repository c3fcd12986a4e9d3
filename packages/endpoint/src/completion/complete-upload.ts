/** Completes an upload: passes a verified notification to `onUploaded`, and responds with the value that it returns. @module */

import { MediaError } from '@countersign/protocol/errors'
import { RESULT_BYTES } from '@countersign/protocol/limits'
import { type Answer, jsonAnswer, readAnswer } from '../http/answer.js'
import { errorStatus } from '../http/error-answer.js'
import { type Asset, toAsset } from './asset.js'
import type { Notification } from './read-notification.js'
import { type Claims, openClaims } from './seal-claims.js'

/** Event that `onUploaded` is called for. */
export interface UploadEvent {
  /** Id of the event. Events are delivered at least once, so `onUploaded` can run more than once with one id. */
  readonly id: string
}

/**
 * Function of the app that runs on the server after an upload is stored. The page receives the returned value.
 *
 * @param claims Claims that `claims(user)` returned when the upload was signed; `null` without claims.
 * @returns JSON value of at most `maxResultBytes`. A thrown `MediaError` or 4xx `Response` marks the completion as failed. After any other
 * error, the server retries.
 */
export type OnUploaded = (asset: Asset, claims: Claims | null, event: UploadEvent) => unknown

// Errors of the app's own side that may be gone at the next attempt. Every other code is a refusal.
const RETRIED: ReadonlySet<string> = new Set([
  'CONFIG_INVALID',
  'CONNECTION_LOST',
  'INTERNAL',
  'SIGNING_UNREACHABLE',
  'STORAGE_UNAVAILABLE',
])

/**
 * Checks the option `maxResultBytes`.
 * @throws TypeError if the value is not a whole number, or is above the highest limit that a server can be configured with.
 */
export function assertMaxResultBytes(value: number | undefined, maker: string): void {
  if (value === undefined) return
  if (!Number.isInteger(value) || value < 1 || value > RESULT_BYTES.max) {
    throw new TypeError(
      `${maker}: maxResultBytes must be a whole number from 1 to ${RESULT_BYTES.max}`,
    )
  }
}

/**
 * Calls `onUploaded` for an upload notification. Acknowledges notifications of other types without calling the app.
 *
 * @param options.secret Secret that verifies the claims; `undefined` if the target has no claims.
 * @param options.maxResultBytes Maximum bytes of the value that `onUploaded` returns, as JSON. @default 4096
 * @returns 200 `{"result": …}`, or the 4xx response that the app threw.
 * @throws MediaError BODY_INVALID if the notification describes no asset, or its claims are not sealed with the secret.
 * @throws The error of `onUploaded`, if it is not a refusal.
 */
export async function completeUpload(
  notification: Notification,
  options: {
    readonly onUploaded: OnUploaded
    readonly secret: string | undefined
    readonly maxResultBytes: number | undefined
  },
): Promise<Answer> {
  const { body, id } = notification
  if (body.notification_type !== 'upload') return jsonAnswer({ result: null })
  const asset = toAsset(body)
  if (!asset) {
    throw new MediaError('BODY_INVALID', { message: 'The notification describes no asset.' })
  }
  const claims = claimsOf(body, options.secret)
  try {
    const result = await options.onUploaded(asset, claims, { id })
    return resultAnswer(result, options.maxResultBytes ?? RESULT_BYTES.fallback)
  } catch (error) {
    return refusalAnswer(error)
  }
}

function claimsOf(
  body: Readonly<Record<string, unknown>>,
  secret: string | undefined,
): Claims | null {
  const { claims: sealed } = body
  if (sealed === undefined || sealed === null || secret === undefined) return null
  const opened = typeof sealed === 'string' ? openClaims(sealed, secret) : undefined
  if (opened?.ok) return opened.claims
  // An upload with forged claims must not be handled as an upload without claims.
  throw new MediaError('BODY_INVALID', {
    message: 'The claims of this upload were not sealed with COUNTERSIGN_WEBHOOK_SECRET.',
  })
}

function resultAnswer(value: unknown, maxBytes: number): Answer {
  if (value instanceof Response) {
    throw new TypeError('onUploaded: return the value itself; a Response can only be thrown')
  }
  const result = value === undefined ? null : value
  const byteCount = new TextEncoder().encode(JSON.stringify(result)).byteLength
  if (byteCount > maxBytes) {
    throw new TypeError(
      `onUploaded returned ${byteCount} bytes of JSON, at most ${maxBytes} are allowed (maxResultBytes)`,
    )
  }
  return jsonAnswer({ result })
}

async function refusalAnswer(error: unknown): Promise<Answer> {
  if (error instanceof Response && error.status >= 400 && error.status < 500)
    return readAnswer(error)
  if (error instanceof MediaError && !RETRIED.has(error.code)) {
    const status = errorStatus(error)
    const code = error.code.toLowerCase()
    return jsonAnswer(
      { error: { code, message: error.message } },
      { status: status < 500 ? status : 400 },
    )
  }
  throw error instanceof Response
    ? new TypeError(`onUploaded threw a Response of status ${error.status}`)
    : error
}

/** Completion: a genuine notification reaches the app, and its answer the widget. @module */

import { MediaError } from '@countersign/protocol/errors'
import { RESULT_BYTES } from '@countersign/protocol/limits'
import { type Answer, jsonAnswer, readAnswer } from '../http/answer.js'
import { errorStatus } from '../http/error-answer.js'
import { type Asset, toAsset } from './asset.js'
import type { Notification } from './read-notification.js'
import { type Claims, openClaims } from './seal-claims.js'

/** What identifies a completion. */
export interface UploadEvent {
  /** The same in every delivery: deliveries are at least once, so `onUploaded` may run twice with one id. */
  readonly id: string
}

/**
 * The app's part of an upload: it runs on the server after the bytes are stored, and what it returns reaches the page.
 *
 * @param claims What `claims(user)` was when the upload was signed; `null` where there were none.
 * @returns JSON, at most `maxResultBytes`. A thrown `MediaError` or `Response` of 4xx ends the completion as failed; anything else that
 * is thrown is tried again.
 */
export type OnUploaded = (asset: Asset, claims: Claims | null, event: UploadEvent) => unknown

// Faults of the app's own side, which another attempt may find mended; every other code is a refusal.
const RETRIED: ReadonlySet<string> = new Set([
  'CONFIG_INVALID',
  'CONNECTION_LOST',
  'INTERNAL',
  'SIGNING_UNREACHABLE',
  'STORAGE_UNAVAILABLE',
])

/**
 * Check an app's cap on what `onUploaded` returns.
 * @throws TypeError when it is no whole number, or more than a server can be told to take.
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
 * Hand an upload to the app. Notifications of other kinds are acknowledged and go no further.
 *
 * @param options.secret Opens the claims; `undefined` where no claims travel.
 * @param options.maxResultBytes Most bytes of what `onUploaded` returns, as JSON; `undefined` is the default.
 * @returns 200 `{"result": …}`, or the 4xx that the app threw.
 * @throws MediaError BODY_INVALID when it describes no asset, or its claims were not sealed here; whatever else the app throws.
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
  // An upload whose claims are not ours must not look like one without claims.
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
      `onUploaded: what it returns has ${byteCount} bytes as JSON, at most ${maxBytes} are allowed (maxResultBytes)`,
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

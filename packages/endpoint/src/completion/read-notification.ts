/** Reads and verifies a notification that the server sends after an upload is stored. @module */

import { MediaError } from '@countersign/protocol/errors'
import {
  verifyNotification,
  verifyWebhook,
  WEBHOOK_TOLERANCE_SECONDS,
} from '@countersign/protocol/signature'
import { readBody } from '../http/read-body.js'
import type { Target } from '../policy/presets.js'

/** A verified notification. */
export interface Notification {
  /** Id of the event, the same in every delivery. */
  readonly id: string
  readonly body: Readonly<Record<string, unknown>>
}

/** Options of {@link readNotification}. */
export interface ReadNotificationOptions {
  readonly target: Target
  /** The notification secret. For `cloudinary`, the secrets of all keys that may sign notifications. */
  readonly secrets: readonly string[]
  /** Time of the endpoint in Unix seconds. */
  readonly nowSeconds: number
}

/** Maximum bytes of a notification. */
const MAX_NOTIFICATION_BYTES = 1_048_576

/** Returns whether a request has the signature header of a notification. {@link readNotification} verifies the signature. */
export function isNotification(headers: Headers, target: Target): boolean {
  return headers.has(target === 'cloudinary' ? 'x-cld-signature' : 'webhook-signature')
}

/**
 * Reads a notification and verifies its signature and timestamp.
 *
 * @throws MediaError SIGNATURE_MISMATCH if the signature is wrong.
 * @throws MediaError SIGNATURE_EXPIRED if the timestamp is outside the allowed window.
 * @throws MediaError BODY_INVALID if a header is missing or malformed, or the body is not a JSON object.
 */
export async function readNotification(
  request: Request,
  options: ReadNotificationOptions,
): Promise<Notification> {
  const text = await readBody(request, MAX_NOTIFICATION_BYTES)
  const code =
    options.target === 'cloudinary'
      ? hostedProblem(request.headers, { text, ...options })
      : webhookProblem(request.headers, { text, ...options })
  if (code) throw new MediaError(code, { message: MESSAGES[code] })
  const body = parse(text)
  return { id: request.headers.get('webhook-id') ?? hostedId(body), body }
}

type Problem = 'SIGNATURE_MISMATCH' | 'SIGNATURE_EXPIRED' | 'BODY_INVALID'
type Signed = ReadNotificationOptions & { readonly text: string }

const MESSAGES: Readonly<Record<Problem, string>> = {
  SIGNATURE_MISMATCH:
    'The signature of this notification is wrong: sender and app need the same secret, and the body must arrive unchanged.',
  SIGNATURE_EXPIRED: 'The timestamp of this notification is too far from the time of this server.',
  BODY_INVALID: 'A notification needs an id, a timestamp and a signature in its headers.',
}

function webhookProblem(headers: Headers, signed: Signed): Problem | undefined {
  const message = {
    id: headers.get('webhook-id') ?? '',
    timestamp: headers.get('webhook-timestamp'),
    signature: headers.get('webhook-signature') ?? '',
    body: signed.text,
    nowSeconds: signed.nowSeconds,
  }
  return problemOf(signed.secrets.map((secret) => verifyWebhook({ ...message, secret })))
}

function hostedProblem(headers: Headers, signed: Signed): Problem | undefined {
  const timestamp = headers.get('x-cld-timestamp')
  const message = {
    body: signed.text,
    timestamp,
    signature: headers.get('x-cld-signature') ?? '',
    nowSeconds: signed.nowSeconds,
  }
  const problem = problemOf(
    signed.secrets.map((secret) => verifyNotification({ ...message, secret })),
  )
  // The SDKs accept a timestamp years in the future. Such a notification could be replayed until then.
  const isAhead = Number(timestamp) - signed.nowSeconds > WEBHOOK_TOLERANCE_SECONDS
  return problem ?? (isAhead ? 'SIGNATURE_EXPIRED' : undefined)
}

function problemOf(
  results: readonly ({ readonly ok: true } | { readonly ok: false; readonly code: string })[],
): Problem | undefined {
  if (results.some(({ ok }) => ok)) return undefined
  const codes = results.map((result) => (result.ok ? '' : result.code))
  if (codes.includes('SIGNATURE_EXPIRED')) return 'SIGNATURE_EXPIRED'
  return codes.includes('PARAM_INVALID') ? 'BODY_INVALID' : 'SIGNATURE_MISMATCH'
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
      return body as Readonly<Record<string, unknown>>
    }
  } catch {
    // The error is thrown below.
  }
  throw new MediaError('BODY_INVALID', { message: 'The notification is not a JSON object.' })
}

function hostedId(body: Readonly<Record<string, unknown>>): string {
  const { notification_id: id, request_id: requestId } = body
  if (typeof id === 'string') return id
  return typeof requestId === 'string' ? requestId : `${body.asset_id}.${body.version}`
}

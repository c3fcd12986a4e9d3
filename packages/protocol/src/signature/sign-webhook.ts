/** Signatures of our own notifications, as Standard Webhooks writes them. @module */

import { hmacSha256 } from '#digest'
import { fromBase64, toBase64 } from '../digest/base64.js'
import { concat } from '../digest/concat.js'
import { timingSafeEqualText } from '../digest/timing-safe-equal.js'
import { MediaError } from '../errors.js'
import { toSeconds } from './verify-timestamp.js'

/** How far a webhook's timestamp may be from our clock either way, in seconds. */
export const WEBHOOK_TOLERANCE_SECONDS = 300

/** What {@link signWebhook} covers. */
export interface SignWebhookOptions {
  /** The `webhook-id` header: stable over retries, no `.` in it. */
  readonly id: string
  /** The `webhook-timestamp` header, Unix seconds. */
  readonly timestamp: number | string
  /** The request body as sent. */
  readonly body: string | Uint8Array
  /** `whsec_` and Base64, or any other text, whose UTF-8 bytes are the key then. */
  readonly secret: string
}

/** What {@link verifyWebhook} looks at. */
export interface VerifyWebhookOptions extends Omit<SignWebhookOptions, 'timestamp'> {
  /** The `webhook-timestamp` header as received. */
  readonly timestamp: unknown
  /** The `webhook-signature` header: one or more `v1,<base64>`, separated by blanks. */
  readonly signature: string
  /** Our clock, Unix seconds. */
  readonly nowSeconds: number
  /**
   * How far the timestamp may be from our clock either way, in seconds.
   * @default 300
   */
  readonly toleranceSeconds?: number
}

/** Result of {@link verifyWebhook}. */
export type VerifiedWebhook =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly code: 'SIGNATURE_MISMATCH' | 'SIGNATURE_EXPIRED' | 'PARAM_INVALID'
    }

/**
 * Sign a webhook: HMAC-SHA-256 over `<id>.<timestamp>.<body>`.
 *
 * @returns The `webhook-signature` header, `v1,` and Base64.
 * @throws MediaError PARAM_INVALID when the id is empty or holds a `.`; CONFIG_INVALID when the secret is empty or no Base64 follows its `whsec_`.
 * @see https://www.standardwebhooks.com
 */
export function signWebhook(options: SignWebhookOptions): string {
  const { id, timestamp, body, secret } = options
  if (id === '' || id.includes('.')) {
    throw new MediaError('PARAM_INVALID', {
      message: `a webhook id is text without ".", received "${id}"`,
    })
  }
  return `v1,${toBase64(hmacSha256(toKey(secret), concat(`${id}.${timestamp}.`, body)))}`
}

/**
 * Check a webhook against one secret; a header with several signatures passes when one of them is right.
 * @throws MediaError CONFIG_INVALID when our own secret is unusable.
 */
export function verifyWebhook(options: VerifyWebhookOptions): VerifiedWebhook {
  const { id, timestamp, body, secret, signature, nowSeconds } = options
  const seconds = toSeconds(timestamp)
  if (seconds === undefined || id === '' || id.includes('.'))
    return { ok: false, code: 'PARAM_INVALID' }
  const expected = signWebhook({ id, timestamp: String(timestamp), body, secret })
  const isMatch = signature.split(' ').some((candidate) => timingSafeEqualText(candidate, expected))
  if (!isMatch) return { ok: false, code: 'SIGNATURE_MISMATCH' }
  const toleranceSeconds = options.toleranceSeconds ?? WEBHOOK_TOLERANCE_SECONDS
  const isCurrent = Math.abs(nowSeconds - seconds) <= toleranceSeconds
  return isCurrent ? { ok: true } : { ok: false, code: 'SIGNATURE_EXPIRED' }
}

function toKey(secret: string): string | Uint8Array {
  const key = secret.startsWith('whsec_') ? fromBase64(secret.slice('whsec_'.length)) : secret
  if (!key) {
    throw new MediaError('CONFIG_INVALID', {
      message:
        'the webhook secret must be whsec_ followed by Base64, or other text that is not empty',
    })
  }
  return key
}

/** Signs and verifies Countersign's own notifications, in the Standard Webhooks format. @module */

import { hmacSha256 } from '#digest'
import { fromBase64, toBase64 } from '../digest/base64.js'
import { concat } from '../digest/concat.js'
import { timingSafeEqualText } from '../digest/timing-safe-equal.js'
import { MediaError } from '../errors.js'
import { toSeconds } from './verify-timestamp.js'

/**
 * Maximum difference between a webhook's timestamp and the receiver's clock, in seconds, in either
 * direction.
 */
export const WEBHOOK_TOLERANCE_SECONDS = 300

/** Options of {@link signWebhook}. */
export interface SignWebhookOptions {
  /** Value of the `webhook-id` header. Retries keep the id. It may not contain `.`. */
  readonly id: string
  /** Value of the `webhook-timestamp` header, in Unix seconds. */
  readonly timestamp: number | string
  /** Request body as sent. */
  readonly body: string | Uint8Array
  /** Secret: `whsec_` followed by Base64, or any other text, whose UTF-8 bytes are the key. */
  readonly secret: string
}

/** Options of {@link verifyWebhook}. */
export interface VerifyWebhookOptions extends Omit<SignWebhookOptions, 'timestamp'> {
  /** Value of the `webhook-timestamp` header as received. */
  readonly timestamp: unknown
  /** Value of the `webhook-signature` header: one or more `v1,<base64>`, separated by blanks. */
  readonly signature: string
  /** Current time in Unix seconds. */
  readonly nowSeconds: number
  /**
   * Maximum difference between timestamp and clock, in seconds, in either direction.
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
 * Signs a webhook: HMAC-SHA-256 over `<id>.<timestamp>.<body>`.
 *
 * @returns Value of the `webhook-signature` header: `v1,` and Base64.
 * @throws MediaError PARAM_INVALID when the id is empty or contains a `.`; CONFIG_INVALID when the
 * secret is empty, or `whsec_` is not followed by Base64.
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
 * Verifies a webhook with one secret. A header with several signatures passes if one of them is
 * correct.
 * @throws MediaError CONFIG_INVALID when the secret is empty, or `whsec_` is not followed by
 * Base64.
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

/** Verifies `X-Cld-Signature`. @module */

import { algorithmOf, type DigestInput } from '../digest/algorithm.js'
import { timingSafeEqualText } from '../digest/timing-safe-equal.js'
import { signNotification } from './sign-notification.js'
import { toSeconds } from './verify-timestamp.js'

/** Default maximum age of a notification, in seconds. Cloudinary's SDKs use the same value. */
export const MAX_NOTIFICATION_AGE_SECONDS = 7200

/** Options of {@link verifyNotification}. */
export interface VerifyNotificationOptions {
  /** Request body as received, text or bytes, before any JSON parser. */
  readonly body: DigestInput
  /** Value of the `X-Cld-Timestamp` header, in Unix seconds. */
  readonly timestamp: unknown
  /** Value of the `X-Cld-Signature` header, lower-case hex. */
  readonly signature: string
  /** Secret of the API key that signs notifications. */
  readonly secret: string
  /** Current time in Unix seconds. */
  readonly nowSeconds: number
  /**
   * Maximum age in seconds. A timestamp ahead of the clock passes, as in Cloudinary's SDKs.
   * @default 7200
   */
  readonly maxAgeSeconds?: number
}

/** Result of {@link verifyNotification}. */
export type VerifiedNotification =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly code: 'SIGNATURE_MISMATCH' | 'SIGNATURE_EXPIRED' | 'PARAM_INVALID'
    }

/**
 * Verifies a notification: first the signature, then the age. An age is reported only for a genuine
 * notification.
 */
export function verifyNotification(options: VerifyNotificationOptions): VerifiedNotification {
  const { body, timestamp, signature, secret, nowSeconds } = options
  const seconds = toSeconds(timestamp)
  if (seconds === undefined) return { ok: false, code: 'PARAM_INVALID' }
  const algorithm = algorithmOf(signature)
  // The header's own text is signed: `0170…` differs from `170…`.
  const expected =
    algorithm && signNotification({ body, timestamp: String(timestamp), secret, algorithm })
  if (!expected || !timingSafeEqualText(expected, signature))
    return { ok: false, code: 'SIGNATURE_MISMATCH' }
  const maxAgeSeconds = options.maxAgeSeconds ?? MAX_NOTIFICATION_AGE_SECONDS
  return nowSeconds - seconds > maxAgeSeconds
    ? { ok: false, code: 'SIGNATURE_EXPIRED' }
    : { ok: true }
}

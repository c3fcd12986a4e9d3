/** Verification of `X-Cld-Signature`. @module */

import { algorithmOf, type DigestInput } from '../digest/algorithm.js'
import { timingSafeEqualText } from '../digest/timing-safe-equal.js'
import { signNotification } from './sign-notification.js'
import { toSeconds } from './verify-timestamp.js'

/** How old a notification may be by default, in seconds; what the SDKs accept. */
export const MAX_NOTIFICATION_AGE_SECONDS = 7200

/** What {@link verifyNotification} looks at. */
export interface VerifyNotificationOptions {
  /** The request body as received, text or bytes, before any JSON parser. */
  readonly body: DigestInput
  /** The `X-Cld-Timestamp` header, Unix seconds. */
  readonly timestamp: unknown
  /** The `X-Cld-Signature` header, lower-case hex. */
  readonly signature: string
  /** Secret of the key that signs notifications. */
  readonly secret: string
  /** Our clock, Unix seconds. */
  readonly nowSeconds: number
  /**
   * How old it may be, in seconds. A timestamp ahead of our clock passes, as in the SDKs.
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

/** Check a notification: signature first, so that an age is only judged of what we know to be genuine. */
export function verifyNotification(options: VerifyNotificationOptions): VerifiedNotification {
  const { body, timestamp, signature, secret, nowSeconds } = options
  const seconds = toSeconds(timestamp)
  if (seconds === undefined) return { ok: false, code: 'PARAM_INVALID' }
  const algorithm = algorithmOf(signature)
  // Signed is the header's own text: `0170…` is not `170…`.
  const expected =
    algorithm && signNotification({ body, timestamp: String(timestamp), secret, algorithm })
  if (!expected || !timingSafeEqualText(expected, signature))
    return { ok: false, code: 'SIGNATURE_MISMATCH' }
  const maxAgeSeconds = options.maxAgeSeconds ?? MAX_NOTIFICATION_AGE_SECONDS
  return nowSeconds - seconds > maxAgeSeconds
    ? { ok: false, code: 'SIGNATURE_EXPIRED' }
    : { ok: true }
}

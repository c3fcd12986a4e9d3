/** Signs notifications in Cloudinary's scheme, `X-Cld-Signature`. @module */

import { digestHex } from '#digest'
import type { DigestAlgorithm, DigestInput } from '../digest/algorithm.js'
import { concat } from '../digest/concat.js'

/** Options of {@link signNotification}. */
export interface SignNotificationOptions {
  /** Request body as sent, text or bytes. Do not serialize parsed JSON again. */
  readonly body: DigestInput
  /** Value of the `X-Cld-Timestamp` header, in Unix seconds. */
  readonly timestamp: number | string
  /** Secret of an API key with the scope `webhook`. */
  readonly secret: string
  /**
   * Hash algorithm of the signature.
   * @default 'sha1'
   */
  readonly algorithm?: DigestAlgorithm
}

/**
 * Signs a notification: hashes the concatenation of body, timestamp and secret.
 * @returns Value of the `X-Cld-Signature` header: lower-case hex, 40 characters for sha1, 64 for
 * sha256.
 */
export function signNotification(options: SignNotificationOptions): string {
  const { body, timestamp, secret, algorithm = 'sha1' } = options
  return digestHex(algorithm, concat(body, String(timestamp), secret))
}

/** Signatures of notifications in the protocol's own scheme, `X-Cld-Signature`. @module */

import { digestHex } from '#digest'
import type { DigestAlgorithm, DigestInput } from '../digest/algorithm.js'
import { concat } from '../digest/concat.js'

/** What {@link signNotification} covers. */
export interface SignNotificationOptions {
  /** The request body as sent, text or bytes; never re-serialised JSON. */
  readonly body: DigestInput
  /** The `X-Cld-Timestamp` header, Unix seconds. */
  readonly timestamp: number | string
  /** Secret of the key with scope `webhook`. */
  readonly secret: string
  /**
   * Hash of the signature.
   * @default 'sha1'
   */
  readonly algorithm?: DigestAlgorithm
}

/**
 * Sign a notification: body, timestamp and secret one after the other, hashed.
 * @returns The `X-Cld-Signature` header: lower-case hex, 40 characters for sha1, 64 for sha256.
 */
export function signNotification(options: SignNotificationOptions): string {
  const { body, timestamp, secret, algorithm = 'sha1' } = options
  return digestHex(algorithm, concat(body, String(timestamp), secret))
}

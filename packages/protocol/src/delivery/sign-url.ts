/** Signs delivery URLs. @module */

import { digestBytes } from '#digest'
import type { DigestAlgorithm } from '../digest/algorithm.js'
import { toBase64Url } from '../digest/base64.js'

/** Options of {@link signDelivery}. */
export interface SignDeliveryOptions {
  /**
   * `<transformations>/<public_id>[.<ext>]` as in the URL, including percent escapes. Host, cloud,
   * resource type, delivery type, version, SEO suffix and query are not signed.
   */
  readonly path: string
  /** Secret of an API key with the scope `deliver`. */
  readonly secret: string
  /**
   * Hash algorithm of a short signature. A long signature always uses sha256.
   * @default 'sha1'
   */
  readonly algorithm?: DigestAlgorithm
  /**
   * True for a long signature of 32 characters, false for a short one of 8.
   * @default false
   */
  readonly isLong?: boolean
}

/**
 * Signs a delivery path.
 *
 * @returns Signature in URL-safe Base64, 8 or 32 characters. The URL contains it as
 * `s--<signature>--`.
 * @example
 * signDelivery({ path: 'sample.jpg', secret: 'Qm9ndXMtc2VjcmV0LU5vdC1SZWFs' }) // 'jE1VT0k0'
 */
export function signDelivery(options: SignDeliveryOptions): string {
  const { path, secret, algorithm = 'sha1', isLong = false } = options
  const digest = digestBytes(isLong ? 'sha256' : algorithm, path + secret)
  return toBase64Url(digest).slice(0, isLong ? 32 : 8)
}

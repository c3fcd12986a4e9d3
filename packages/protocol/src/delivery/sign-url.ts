/** Signatures in delivery URLs. @module */

import { digestBytes } from '#digest'
import type { DigestAlgorithm } from '../digest/algorithm.js'
import { toBase64Url } from '../digest/base64.js'

/** What {@link signDelivery} covers. */
export interface SignDeliveryOptions {
  /**
   * `<transformations>/<public_id>[.<ext>]` as it stands in the URL, percent escapes included. Host, cloud, resource and
   * delivery type, version, SEO suffix and query are not signed.
   */
  readonly path: string
  /** Secret of a key with scope `deliver`. */
  readonly secret: string
  /**
   * Hash of a short signature; a long one is always sha256.
   * @default 'sha1'
   */
  readonly algorithm?: DigestAlgorithm
  /**
   * 32 characters in place of 8.
   * @default false
   */
  readonly isLong?: boolean
}

/**
 * Sign a delivery path.
 *
 * @returns URL-safe Base64, 8 or 32 characters; in the URL it stands as `s--<signature>--`.
 * @example
 * signDelivery({ path: 'sample.jpg', secret: 'Qm9ndXMtc2VjcmV0LU5vdC1SZWFs' }) // 'jE1VT0k0'
 */
export function signDelivery(options: SignDeliveryOptions): string {
  const { path, secret, algorithm = 'sha1', isLong = false } = options
  const digest = digestBytes(isLong ? 'sha256' : algorithm, path + secret)
  return toBase64Url(digest).slice(0, isLong ? 32 : 8)
}

/** The signature that comes back with an uploaded asset. @module */

import { algorithmOf, type DigestAlgorithm } from '../digest/algorithm.js'
import { timingSafeEqualText } from '../digest/timing-safe-equal.js'
import { apiSignRequest } from './sign-request.js'

/** What {@link signResponse} covers. */
export interface SignResponseOptions {
  /** Public id of the asset. */
  readonly publicId: string
  /** Version of the asset, Unix seconds. */
  readonly version: number | string
  /** Secret of the key that made the request. */
  readonly secret: string
  /**
   * Hash of the signature.
   * @default 'sha1'
   */
  readonly algorithm?: DigestAlgorithm
}

/** What {@link verifyResponse} looks at. */
export interface VerifyResponseOptions extends Omit<SignResponseOptions, 'algorithm'> {
  /** The received signature, lower-case hex. */
  readonly signature: string
}

/** Result of a verifier that can only match or not. */
export type VerifiedSignature =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: 'SIGNATURE_MISMATCH' }

/**
 * Sign an upload's answer: `public_id=…&version=…`, always as version 1, since that is what the SDKs check.
 * @returns Lower-case hex, 40 characters for sha1, 64 for sha256.
 */
export function signResponse(options: SignResponseOptions): string {
  const { publicId, version, secret, algorithm = 'sha1' } = options
  return apiSignRequest({ public_id: publicId, version }, secret, { algorithm, version: 1 })
}

/** Check an upload's answer; the signature's length names the hash. */
export function verifyResponse(options: VerifyResponseOptions): VerifiedSignature {
  const { signature, ...signed } = options
  const algorithm = algorithmOf(signature)
  const isMatch =
    algorithm !== undefined &&
    timingSafeEqualText(signResponse({ ...signed, algorithm }), signature)
  return isMatch ? { ok: true } : { ok: false, code: 'SIGNATURE_MISMATCH' }
}

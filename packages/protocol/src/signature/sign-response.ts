/** Signs and verifies the answer to an upload. @module */

import { algorithmOf, type DigestAlgorithm } from '../digest/algorithm.js'
import { timingSafeEqualText } from '../digest/timing-safe-equal.js'
import { apiSignRequest } from './sign-request.js'

/** Options of {@link signResponse}. */
export interface SignResponseOptions {
  /** Public id of the asset. */
  readonly publicId: string
  /** Version of the asset, in Unix seconds. */
  readonly version: number | string
  /** Secret of the API key that made the request. */
  readonly secret: string
  /**
   * Hash algorithm of the signature.
   * @default 'sha1'
   */
  readonly algorithm?: DigestAlgorithm
}

/** Options of {@link verifyResponse}. */
export interface VerifyResponseOptions extends Omit<SignResponseOptions, 'algorithm'> {
  /** Received signature in lower-case hex. */
  readonly signature: string
}

/** Result of a signature check. */
export type VerifiedSignature =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: 'SIGNATURE_MISMATCH' }

/**
 * Signs an upload's answer: `public_id=…&version=…`. Always uses version 1 of the string to sign,
 * because the SDKs verify that version.
 * @returns Lower-case hex, 40 characters for sha1, 64 for sha256.
 */
export function signResponse(options: SignResponseOptions): string {
  const { publicId, version, secret, algorithm = 'sha1' } = options
  return apiSignRequest({ public_id: publicId, version }, secret, { algorithm, version: 1 })
}

/**
 * Verifies the signature of an upload's answer. The length of the signature selects the hash
 * algorithm.
 */
export function verifyResponse(options: VerifyResponseOptions): VerifiedSignature {
  const { signature, ...signed } = options
  const algorithm = algorithmOf(signature)
  const isMatch =
    algorithm !== undefined &&
    timingSafeEqualText(signResponse({ ...signed, algorithm }), signature)
  return isMatch ? { ok: true } : { ok: false, code: 'SIGNATURE_MISMATCH' }
}

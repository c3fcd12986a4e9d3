/** Verifies request signatures. @module */

import { digestHex } from '#digest'
import { algorithmOf } from '../digest/algorithm.js'
import { timingSafeEqualText } from '../digest/timing-safe-equal.js'
import type { Action, WireParams } from '../params.js'
import { recognizedParams } from './sign-request.js'
import { stringToSign } from './string-to-sign.js'

/** Options of {@link verifyRequest}. */
export interface VerifyRequestOptions {
  /** Action of the request. It determines which parameters are recognized. */
  readonly action: Action
  /** All received parameters of body and query, with `key[]` collected under `key`. */
  readonly params: WireParams
  /** Received signature in lower-case hex. */
  readonly signature: string
  /** Secret of the API key that the request names. */
  readonly secret: string
  /**
   * True to accept version 1 strings too, if a received name or value contains `&`. This reopens
   * CVE-2025-12613 for such requests.
   * @default false
   */
  readonly legacySignatures?: boolean
  /**
   * True to refuse 40-character (SHA-1) signatures.
   * @default false
   */
  readonly refuseSha1?: boolean
}

/**
 * Result of {@link verifyRequest}. `stringToSign` is the expected string without the secret, for
 * the protocol's 401 text.
 */
export type VerifiedRequest =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: 'SIGNATURE_MISMATCH'; readonly stringToSign: string }

/**
 * Verifies a request's signature over its recognized, non-empty parameters, in constant time. The
 * length of the signature selects the hash algorithm. A signature in upper case, or of any other
 * length, is a mismatch.
 *
 * @throws MediaError PARAM_INVALID when a received number is not finite.
 */
export function verifyRequest(options: VerifyRequestOptions): VerifiedRequest {
  const { action, params, signature, secret, legacySignatures, refuseSha1 } = options
  const recognized = recognizedParams(action, params)
  const text = stringToSign(recognized)
  const mismatch = { ok: false, code: 'SIGNATURE_MISMATCH', stringToSign: text } as const
  const algorithm = typeof signature === 'string' ? algorithmOf(signature) : undefined
  if (!algorithm || (refuseSha1 && algorithm === 'sha1')) return mismatch

  const isMatch = (candidate: string): boolean =>
    timingSafeEqualText(digestHex(algorithm, candidate + secret), signature)
  if (isMatch(text)) return { ok: true }
  const hasAmpersand = Object.entries(recognized).some((pair) => pair.join('').includes('&'))
  if (legacySignatures && hasAmpersand && isMatch(stringToSign(recognized, { version: 1 }))) {
    return { ok: true }
  }
  return mismatch
}

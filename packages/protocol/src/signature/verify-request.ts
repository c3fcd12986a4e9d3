/** Verification of request signatures. @module */

import { digestHex } from '#digest'
import { algorithmOf } from '../digest/algorithm.js'
import { timingSafeEqualText } from '../digest/timing-safe-equal.js'
import type { Action, WireParams } from '../params.js'
import { recognisedParams } from './sign-request.js'
import { stringToSign } from './string-to-sign.js'

/** What {@link verifyRequest} looks at. */
export interface VerifyRequestOptions {
  /** The action that the request addresses; it decides which names are recognised. */
  readonly action: Action
  /** Everything received, body and query, `key[]` already collected under `key`. */
  readonly params: WireParams
  /** The received signature, lower-case hex. */
  readonly signature: string
  /** Secret of the key that the request names. */
  readonly secret: string
  /**
   * Whether version 1 strings count too, where a received name or value holds an `&`. It reopens CVE-2025-12613 for those requests.
   * @default false
   */
  readonly legacySignatures?: boolean
  /**
   * Whether 40-character signatures are refused.
   * @default false
   */
  readonly refuseSha1?: boolean
}

/** Result of {@link verifyRequest}; `stringToSign` is ours, without the secret, for the protocol's 401 text. */
export type VerifiedRequest =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: 'SIGNATURE_MISMATCH'; readonly stringToSign: string }

/**
 * Check a request's signature: recognised, non-empty params, hash chosen by the signature's length, compared in constant time.
 * A signature in upper case, or of any other length, is a mismatch.
 *
 * @throws MediaError PARAM_INVALID when a received number is not finite.
 */
export function verifyRequest(options: VerifyRequestOptions): VerifiedRequest {
  const { action, params, signature, secret, legacySignatures, refuseSha1 } = options
  const recognised = recognisedParams(action, params)
  const text = stringToSign(recognised)
  const mismatch = { ok: false, code: 'SIGNATURE_MISMATCH', stringToSign: text } as const
  const algorithm = typeof signature === 'string' ? algorithmOf(signature) : undefined
  if (!algorithm || (refuseSha1 && algorithm === 'sha1')) return mismatch

  const isMatch = (candidate: string): boolean =>
    timingSafeEqualText(digestHex(algorithm, candidate + secret), signature)
  if (isMatch(text)) return { ok: true }
  const hasAmpersand = Object.entries(recognised).some((pair) => pair.join('').includes('&'))
  if (legacySignatures && hasAmpersand && isMatch(stringToSign(recognised, { version: 1 }))) {
    return { ok: true }
  }
  return mismatch
}

/** Signs requests. @module */

import { digestHex } from '#digest'
import type { DigestAlgorithm } from '../digest/algorithm.js'
import { type Action, paramOf, type WireParams } from '../params.js'
import { type SignatureVersion, stringToSign, toText } from './string-to-sign.js'

/** Options of {@link apiSignRequest}. */
export interface SignRequestOptions {
  /**
   * Hash algorithm of the signature.
   * @default 'sha1'
   */
  readonly algorithm?: DigestAlgorithm
  /**
   * Version of the string to sign. With version 1, a value that contains `&` can add parameters.
   * @default 2
   */
  readonly version?: SignatureVersion
}

/**
 * Signs parameters. Runs synchronously, on every runtime.
 *
 * @param params Parameters to sign, by wire name. Leave out `file`, `cloud_name`, `resource_type`
 * and `api_key`.
 * @param secret API secret. It is appended to the string, not used as an HMAC key.
 * @returns Lower-case hex, 40 characters for sha1, 64 for sha256.
 * @throws MediaError PARAM_INVALID when a number is not finite.
 * @example
 * apiSignRequest({ public_id: 'sample_image', timestamp: 1315060510 }, 'abcd') //
 * 'b4ad47fb4e25c7bf5f92a20089f9db59bc302313'
 */
export function apiSignRequest(
  params: WireParams,
  secret: string,
  options: SignRequestOptions = {},
): string {
  return digestHex(options.algorithm ?? 'sha1', stringToSign(params, options) + secret)
}

/**
 * Returns the parameters of a request that are signed: names that the action recognizes and signs,
 * with a value.
 *
 * @returns Signed text by wire name. List items are joined with `,`.
 * @throws MediaError PARAM_INVALID when a number is not finite.
 */
export function recognizedParams(action: Action, params: WireParams): Record<string, string> {
  const recognized: Record<string, string> = {}
  for (const name of Object.keys(params)) {
    if (!paramOf(action, name)?.isSigned) continue
    const value = toText(name, params[name])
    if (value !== '') recognized[name] = value
  }
  return recognized
}

/**
 * Digests that result from common signing mistakes, and ways in which a correct digest is altered
 * on its way. @module
 */

import { digestBytes } from '#digest'
import type { DigestAlgorithm } from '../digest/algorithm.js'
import { fromBase64, toBase64 } from '../digest/base64.js'
import { concat } from '../digest/concat.js'
import { toHex } from '../digest/hex.js'
import { timingSafeEqual } from '../digest/timing-safe-equal.js'
import type { MismatchCause } from './mismatch.js'

/** A digest that a known mistake gives, with its explanation. */
export interface MismatchedDigest {
  readonly digest: Uint8Array
  readonly message: string
}

const OTHER_LENGTHS: ReadonlyMap<number, string> = new Map([
  [32, 'MD5'],
  [56, 'SHA-224'],
  [96, 'SHA-384'],
  [128, 'SHA-512'],
])

/** Returns the digests of known mistakes that have the same length as a correct signature. */
export function otherDigests(
  algorithm: DigestAlgorithm,
  text: string,
  secret: string,
): MismatchedDigest[] {
  const hash = (message: string): Uint8Array => digestBytes(algorithm, message)
  const digests: MismatchedDigest[] = [
    {
      digest: hmac(algorithm, secret, text),
      message:
        'The signature is an HMAC. Append the secret to the string, and hash both without HMAC.',
    },
    { digest: hash(secret + text), message: 'The secret was put before the string: append it.' },
    {
      digest: hash(`${text}&${secret}`),
      message: 'The secret was joined with "&": append it without a separator.',
    },
    {
      digest: hash(toBase64(new TextEncoder().encode(text)) + secret),
      message: 'The string was encoded in Base64 before signing: sign the plain string.',
    },
  ]
  if (algorithm === 'sha256') return digests
  const cut = digestBytes('sha256', text + secret).slice(0, 20)
  return [
    ...digests,
    { digest: cut, message: 'The signature is a SHA-256 cut to 40 characters: send all 64.' },
  ]
}

/**
 * Explains a signature that is not 40 or 64 characters of lower-case hex.
 *
 * @param message Correct string with the secret appended, or `undefined` if the secret is unknown.
 */
export function alteredSignature(
  signature: string,
  message: string | undefined,
): { cause: MismatchCause; message: string } {
  const digests =
    message === undefined ? [] : [digestBytes('sha1', message), digestBytes('sha256', message)]
  const alteration = digests.map((digest) => alterationOf(signature, digest)).find(Boolean)
  if (alteration) return { cause: 'signature_altered', message: alteration }
  if (signature === '') return { cause: 'signature_altered', message: 'The signature is empty.' }
  const other = /^[0-9a-f]+$/i.test(signature) ? OTHER_LENGTHS.get(signature.length) : undefined
  if (other) {
    return {
      cause: 'algorithm_wrong',
      message: `The signature has ${signature.length} hex characters, as ${other} makes: sign with SHA-1 (40) or SHA-256 (64).`,
    }
  }
  return {
    cause: 'signature_altered',
    message: `The signature has ${signature.length} characters: it must be 40 (SHA-1) or 64 (SHA-256) of lower-case hex.`,
  }
}

function alterationOf(signature: string, digest: Uint8Array): string | undefined {
  const hex = toHex(digest)
  if (signature.trim().toLowerCase() === hex) {
    return 'The signature is correct, but was sent in upper case or with blanks around it: send it unchanged.'
  }
  const bytes = fromBase64(signature.replaceAll('-', '+').replaceAll('_', '/'))
  if (bytes && timingSafeEqual(bytes, digest)) {
    return 'The signature is in Base64: send it as lower-case hex.'
  }
  return signature.length >= 8 && hex.startsWith(signature)
    ? `The signature is cut after ${signature.length} of ${hex.length} characters.`
    : undefined
}

// Implemented here because `#digest` offers HMAC for SHA-256 only, and nothing else needs
// HMAC-SHA-1.
function hmac(algorithm: DigestAlgorithm, key: string, message: string): Uint8Array {
  const encoded = new TextEncoder().encode(key)
  const short = encoded.length > 64 ? digestBytes(algorithm, encoded) : encoded
  const pad = (byte: number): Uint8Array =>
    Uint8Array.from({ length: 64 }, (_, index) => (short[index] ?? 0) ^ byte)
  const inner = digestBytes(algorithm, concat(pad(0x36), message))
  return digestBytes(algorithm, concat(pad(0x5c), inner))
}

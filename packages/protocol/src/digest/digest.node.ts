/** Synchronous digests by `node:crypto`: the Node implementation of `#digest`. @module */

import crypto from 'node:crypto'
import type { DigestAlgorithm, DigestInput } from './algorithm.js'

// `crypto.hash` needs Node 20.12 and takes a third less time on short strings. Runtimes that
// imitate Node may lack it.
const oneShot: typeof crypto.hash | undefined = crypto.hash

/** Returns the digest of a message as lower-case hex. */
export function digestHex(algorithm: DigestAlgorithm, input: DigestInput): string {
  if (oneShot) return oneShot(algorithm, input, 'hex')
  return crypto.createHash(algorithm).update(input).digest('hex')
}

/** Returns the digest of a message as bytes: 20 for sha1, 32 for sha256. */
export function digestBytes(algorithm: DigestAlgorithm, input: DigestInput): Uint8Array {
  return new Uint8Array(crypto.createHash(algorithm).update(input).digest())
}

/** Returns the HMAC-SHA-256 of a message, 32 bytes. */
export function hmacSha256(key: DigestInput, message: DigestInput): Uint8Array {
  return new Uint8Array(crypto.createHmac('sha256', key).update(message).digest())
}

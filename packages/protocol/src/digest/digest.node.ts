/** Synchronous digests by `node:crypto`: what `#digest` is under Node. @module */

import crypto from 'node:crypto'
import type { DigestAlgorithm, DigestInput } from './algorithm.js'

// The one-shot call came with Node 20.12 and costs a third less on short strings; runtimes that imitate Node may lack it.
const oneShot: typeof crypto.hash | undefined = crypto.hash

/** Digest as lower-case hex. */
export function digestHex(algorithm: DigestAlgorithm, input: DigestInput): string {
  if (oneShot) return oneShot(algorithm, input, 'hex')
  return crypto.createHash(algorithm).update(input).digest('hex')
}

/** Digest as bytes: 20 for sha1, 32 for sha256. */
export function digestBytes(algorithm: DigestAlgorithm, input: DigestInput): Uint8Array {
  return new Uint8Array(crypto.createHash(algorithm).update(input).digest())
}

/** HMAC-SHA-256 of a message, 32 bytes. */
export function hmacSha256(key: DigestInput, message: DigestInput): Uint8Array {
  return new Uint8Array(crypto.createHmac('sha256', key).update(message).digest())
}

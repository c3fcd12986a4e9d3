/**
 * Synchronous digests in plain JavaScript: the implementation of `#digest` outside Node. @module
 */

import { hmac } from '@noble/hashes/hmac.js'
import { sha1 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { DigestAlgorithm, DigestInput } from './algorithm.js'
import { toHex } from './hex.js'

/** Returns the digest of a message as lower-case hex. */
export function digestHex(algorithm: DigestAlgorithm, input: DigestInput): string {
  return toHex(digestBytes(algorithm, input))
}

/** Returns the digest of a message as bytes: 20 for sha1, 32 for sha256. */
export function digestBytes(algorithm: DigestAlgorithm, input: DigestInput): Uint8Array {
  const bytes = toBytes(input)
  return algorithm === 'sha1' ? sha1(bytes) : sha256(bytes)
}

/** Returns the HMAC-SHA-256 of a message, 32 bytes. */
export function hmacSha256(key: DigestInput, message: DigestInput): Uint8Array {
  return hmac(sha256, toBytes(key), toBytes(message))
}

function toBytes(input: DigestInput): Uint8Array {
  return typeof input === 'string' ? new TextEncoder().encode(input) : input
}

/** Digest algorithms of the protocol. @module */

/** Hash algorithm of a signature. `sha1` is the protocol's default; `sha256` is stronger. */
export type DigestAlgorithm = 'sha1' | 'sha256'

/** Input of a digest: bytes, or text that is hashed as UTF-8. */
export type DigestInput = string | Uint8Array

/** Length of each digest in hex characters. A verifier derives the algorithm from the length. */
export const HEX_LENGTHS: Readonly<Record<DigestAlgorithm, number>> = { sha1: 40, sha256: 64 }

/**
 * Returns the algorithm of a signature by its length.
 *
 * @param signature Lower-case hex, 40 characters for sha1, 64 for sha256.
 * @returns `undefined` for any other length or character. Upper-case hex is refused, because no
 * signer of the protocol produces it.
 */
export function algorithmOf(signature: string): DigestAlgorithm | undefined {
  if (!/^[0-9a-f]+$/.test(signature)) return undefined
  if (signature.length === HEX_LENGTHS.sha1) return 'sha1'
  if (signature.length === HEX_LENGTHS.sha256) return 'sha256'
  return undefined
}

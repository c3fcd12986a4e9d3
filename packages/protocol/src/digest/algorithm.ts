/** The two digests that the protocol knows. @module */

/** Hash of a signature: `sha1` is the protocol's default, `sha256` the stronger one. */
export type DigestAlgorithm = 'sha1' | 'sha256'

/** Text (hashed as UTF-8) or bytes. */
export type DigestInput = string | Uint8Array

/** Hex length of each digest, by which a verifier tells them apart. */
export const HEX_LENGTHS: Readonly<Record<DigestAlgorithm, number>> = { sha1: 40, sha256: 64 }

/**
 * The algorithm that made a signature of this shape.
 *
 * @param signature Lower-case hex, 40 characters for sha1, 64 for sha256.
 * @returns `undefined` for any other length or character; upper case is not a signature here, since no signer of the protocol makes it.
 */
export function algorithmOf(signature: string): DigestAlgorithm | undefined {
  if (!/^[0-9a-f]+$/.test(signature)) return undefined
  if (signature.length === HEX_LENGTHS.sha1) return 'sha1'
  if (signature.length === HEX_LENGTHS.sha256) return 'sha256'
  return undefined
}

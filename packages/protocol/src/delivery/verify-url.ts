/** Verifies signatures in delivery URLs. @module */

import { timingSafeEqualText } from '../digest/timing-safe-equal.js'
import { signDelivery } from './sign-url.js'

/** Options of {@link verifyDelivery}. */
export interface VerifyDeliveryOptions {
  /** Signature from the `s--…--` segment: 8 or 32 characters. */
  readonly signature: string
  /** `<transformations>/<public_id>[.<ext>]` as received, still percent-encoded. */
  readonly path: string
  /** Secrets of all `deliver` keys that are not revoked. */
  readonly secrets: readonly string[]
}

/** Result of {@link verifyDelivery}. */
export type VerifiedDelivery =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: 'SIGNATURE_MISMATCH' }

const MAX_BORDERS = 32

/**
 * Verifies the signature of a delivery path: 8 characters by sha1 or sha256, or 32 by sha256.
 *
 * Browsers and proxies may escape a path anew. Besides the received path, the function accepts it
 * with `%20` as blanks (in a leading part or throughout), and percent-decoded once.
 */
export function verifyDelivery(options: VerifyDeliveryOptions): VerifiedDelivery {
  const { signature, path, secrets } = options
  if (!/^(?:[A-Za-z0-9_-]{8}|[A-Za-z0-9_-]{32})$/.test(signature)) {
    return { ok: false, code: 'SIGNATURE_MISMATCH' }
  }
  const isLong = signature.length === 32
  const algorithms = isLong ? (['sha256'] as const) : (['sha1', 'sha256'] as const)
  const isMatch = spellingsOf(path).some((spelling) =>
    secrets.some((secret) =>
      algorithms.some((algorithm) =>
        timingSafeEqualText(signDelivery({ path: spelling, secret, algorithm, isLong }), signature),
      ),
    ),
  )
  return isMatch ? { ok: true } : { ok: false, code: 'SIGNATURE_MISMATCH' }
}

function spellingsOf(path: string): string[] {
  return [...new Set([path, ...blankPrefixes(path), path.replaceAll('%20', ' '), decodeOnce(path)])]
}

/**
 * Returns the path with `%20` as blanks up to each `/`, for at most {@link MAX_BORDERS} slashes.
 *
 * Cloudinary's SDK signs a transformation with plain blanks and a public id with escaped ones. The path does not tell where
 * the transformation ends, so every border is tried.
 */
function blankPrefixes(path: string): string[] {
  const spellings: string[] = []
  let at = path.indexOf('/')
  while (at !== -1 && spellings.length < MAX_BORDERS) {
    spellings.push(path.slice(0, at).replaceAll('%20', ' ') + path.slice(at))
    at = path.indexOf('/', at + 1)
  }
  return spellings
}

function decodeOnce(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    // Latin-1 escapes such as %FC are not UTF-8. The received text has already been tried.
    return path
  }
}

/** Verification of signatures in delivery URLs. @module */

import { timingSafeEqualText } from '../digest/timing-safe-equal.js'
import { signDelivery } from './sign-url.js'

/** What {@link verifyDelivery} looks at. */
export interface VerifyDeliveryOptions {
  /** What stood between `s--` and `--`: 8 or 32 characters. */
  readonly signature: string
  /** `<transformations>/<public_id>[.<ext>]` as received, still percent-encoded. */
  readonly path: string
  /** Secrets of every `deliver` key that is not revoked. */
  readonly secrets: readonly string[]
}

/** Result of {@link verifyDelivery}. */
export type VerifiedDelivery =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: 'SIGNATURE_MISMATCH' }

const MAX_BORDERS = 32

/**
 * Check a delivery signature: 8 characters by sha1 or sha256, 32 by sha256. Because browsers and proxies escape a path anew,
 * the received text counts, then the text with `%20` as blanks, at its start or throughout, then the text decoded once.
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

/** The SDK signs blanks of a transformation as they are and those of a public id escaped; where one ends is not known here. */
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
    // Latin-1 escapes such as %FC are no UTF-8; the text as received has been tried already.
    return path
  }
}

/** Claims: what the app wants to hear back at completion, sealed so that only this endpoint can have written it. @module */

import {
  fromBase64,
  hmacSha256,
  timingSafeEqualText,
  toBase64Url,
} from '@countersign/protocol/signature'
import { MAX_VALUE_BYTES } from '../policy/canonical-value.js'

/** Text by name. The uploader can read it: it holds no secret. */
export type Claims = Readonly<Record<string, string>>

/** Result of {@link openClaims}. */
export type OpenedClaims =
  | { readonly ok: true; readonly claims: Claims }
  | { readonly ok: false; readonly code: 'SIGNATURE_MISMATCH' }

/**
 * Seal claims with the notification secret.
 *
 * @returns `<base64url JSON>.<base64url HMAC-SHA-256 of the first part>`; `undefined` for no claims.
 * @throws TypeError when a claim is no text, or the sealed text is longer than a parameter may be.
 */
export function sealClaims(claims: Claims | null | undefined, secret: string): string | undefined {
  if (claims === null || claims === undefined) return undefined
  if (!isClaims(claims)) throw new TypeError('claims(user) must return an object of texts')
  if (Object.keys(claims).length === 0) return undefined
  const payload = toBase64Url(new TextEncoder().encode(JSON.stringify(claims)))
  const sealed = `${payload}.${sealOf(payload, secret)}`
  if (sealed.length > MAX_VALUE_BYTES) {
    throw new TypeError(
      `claims(user): sealed they have ${sealed.length} bytes, at most ${MAX_VALUE_BYTES} are allowed`,
    )
  }
  return sealed
}

/** Open sealed claims; the seal is compared in constant time, and first. */
export function openClaims(sealed: string, secret: string): OpenedClaims {
  const [payload = '', seal = '', ...more] = sealed.split('.')
  if (more.length === 0 && timingSafeEqualText(seal, sealOf(payload, secret))) {
    const claims = parsePayload(payload)
    if (isClaims(claims)) return { ok: true, claims }
  }
  return { ok: false, code: 'SIGNATURE_MISMATCH' }
}

// What a webhook signature covers has two dots and this has none, so neither passes for the other under the one secret.
function sealOf(payload: string, secret: string): string {
  return toBase64Url(hmacSha256(secret, payload))
}

function parsePayload(payload: string): unknown {
  const bytes = fromBase64(payload.replaceAll('-', '+').replaceAll('_', '/'))
  try {
    return bytes && JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

function isClaims(value: unknown): value is Claims {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((claim) => typeof claim === 'string')
  )
}

/** Seals claims about the uploader, so that the endpoint can verify at completion that it wrote them. @module */

import {
  fromBase64,
  hmacSha256,
  timingSafeEqualText,
  toBase64Url,
} from '@countersign/protocol/signature'
import { MAX_VALUE_BYTES } from '../policy/canonical-value.js'

/** Claims about the uploader: text values by name. The uploader can read them, so they must contain no secret. */
export type Claims = Readonly<Record<string, string>>

/** Result of {@link openClaims}. */
export type OpenedClaims =
  | { readonly ok: true; readonly claims: Claims }
  | { readonly ok: false; readonly code: 'SIGNATURE_MISMATCH' }

/**
 * Seals claims with the notification secret.
 *
 * @returns `<base64url JSON>.<base64url HMAC-SHA-256 of the first part>`, or `undefined` without claims.
 * @throws TypeError if a claim is not a string, or the sealed text is longer than the maximum length of a parameter.
 */
export function sealClaims(claims: Claims | null | undefined, secret: string): string | undefined {
  if (claims === null || claims === undefined) return undefined
  if (!isClaims(claims)) throw new TypeError('claims(user) must return an object of strings')
  if (Object.keys(claims).length === 0) return undefined
  const payload = toBase64Url(new TextEncoder().encode(JSON.stringify(claims)))
  const sealed = `${payload}.${sealOf(payload, secret)}`
  if (sealed.length > MAX_VALUE_BYTES) {
    throw new TypeError(
      `claims(user): the sealed claims have ${sealed.length} bytes, at most ${MAX_VALUE_BYTES} are allowed`,
    )
  }
  return sealed
}

/** Verifies and parses sealed claims. Compares the seal in constant time before parsing. */
export function openClaims(sealed: string, secret: string): OpenedClaims {
  const [payload = '', seal = '', ...more] = sealed.split('.')
  if (more.length === 0 && timingSafeEqualText(seal, sealOf(payload, secret))) {
    const claims = parsePayload(payload)
    if (isClaims(claims)) return { ok: true, claims }
  }
  return { ok: false, code: 'SIGNATURE_MISMATCH' }
}

// The signed text of a webhook has two dots and a payload has none. So neither signature is valid for the other, although both use one secret.
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

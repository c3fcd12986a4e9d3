/**
 * Creates and verifies `__cld_token__` tokens, which grant access to delivery paths for a limited
 * time. @module
 */

import { hmacSha256 } from '#digest'
import { fromHex, toHex } from '../digest/hex.js'
import { timingSafeEqualText } from '../digest/timing-safe-equal.js'

/** Default name of an auth token's cookie or query parameter. */
export const AUTH_TOKEN_NAME = '__cld_token__'

/**
 * Options of {@link createAuthToken}. Set `acl` or `url`, and `expiresAtSeconds` or
 * `durationSeconds`.
 */
export interface AuthTokenOptions {
  /**
   * Token key in hex. It is a separate key, not the API secret. An odd last digit is dropped, as in
   * Cloudinary's SDK.
   */
  readonly key: string
  /**
   * Path patterns that the token grants access to; `*` matches any text. Takes precedence over
   * `url`.
   */
  readonly acl?: string | readonly string[]
  /**
   * The one path, with its query, that the token grants access to. The path is signed but not part
   * of the token.
   */
  readonly url?: string
  /** The only client address that may use the token. Default: any address. */
  readonly ip?: string
  /** First second at which the token is valid, in Unix seconds. Default: valid at once. */
  readonly startsAtSeconds?: number
  /**
   * Last second at which the token is valid, in Unix seconds. Takes precedence over
   * `durationSeconds`.
   */
  readonly expiresAtSeconds?: number
  /** How long the token is valid, in seconds, from `startsAtSeconds` or else from `nowSeconds`. */
  readonly durationSeconds?: number
  /** Current time in Unix seconds. Required for a `durationSeconds` without `startsAtSeconds`. */
  readonly nowSeconds?: number
  /**
   * Name of the cookie or query parameter. The name is not signed.
   * @default '__cld_token__'
   */
  readonly tokenName?: string
}

/** Options of {@link verifyAuthToken}. */
export interface VerifyAuthTokenOptions {
  /** Token to verify, with or without its name. */
  readonly token: string
  /** Token key in hex. */
  readonly key: string
  /** Requested path with its query, as received, without the token's own parameter. */
  readonly path: string
  /** Current time in Unix seconds. */
  readonly nowSeconds: number
  /** Address of the client. Compared only if the token names an address. */
  readonly ip?: string
}

/**
 * Result of {@link verifyAuthToken}. `DELIVERY_DENIED` means that the token is valid, but not for
 * this path or address.
 */
export type VerifiedAuthToken =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly code: 'SIGNATURE_MISMATCH' | 'SIGNATURE_EXPIRED' | 'DELIVERY_DENIED'
    }

/**
 * Creates an auth token for delivery paths.
 *
 * @returns `<name>=[ip=…~][st=…~]exp=…[~acl=…]~hmac=<64 hex>`, ready for a cookie or a query.
 * @throws TypeError when the key is not hex, `acl` and `url` are both missing, no expiry is given,
 * or the address contains `~`.
 */
export function createAuthToken(options: AuthTokenOptions): string {
  const { acl, url, ip, startsAtSeconds, tokenName = AUTH_TOKEN_NAME } = options
  const patterns = typeof acl === 'string' ? acl : acl?.join('!')
  if (!patterns && !url) throw new TypeError('an auth token needs acl or url')
  if (ip?.includes('~')) throw new TypeError('the ip of an auth token must be an address')
  const parts: string[] = []
  if (ip !== undefined) parts.push(`ip=${ip}`)
  if (startsAtSeconds !== undefined) parts.push(`st=${startsAtSeconds}`)
  parts.push(`exp=${endOf(options)}`)
  if (patterns) parts.push(`acl=${escapeLower(patterns)}`)
  const signed = patterns ? parts : [...parts, `url=${escapeLower(url ?? '')}`]
  return `${tokenName}=${[...parts, `hmac=${sign(options.key, signed)}`].join('~')}`
}

/**
 * Verifies an auth token for a path: its signature, then its period of validity, then its address
 * and path patterns.
 * @throws TypeError when the key is not hex.
 */
export function verifyAuthToken(options: VerifyAuthTokenOptions): VerifiedAuthToken {
  const { key, path, nowSeconds, ip } = options
  const token = options.token.replace(/^[^=~]*=(?=[a-z]+=)/, '')
  const parts = token.split('~')
  const received = parts.pop() ?? ''
  const fields = new Map(parts.map((part) => splitOnce(part, '=')))
  const acl = fields.get('acl')
  const signed = acl === undefined ? [...parts, `url=${escapeLower(path)}`] : parts
  if (!timingSafeEqualText(received, `hmac=${sign(key, signed)}`)) {
    return { ok: false, code: 'SIGNATURE_MISMATCH' }
  }
  if (!isWithin(nowSeconds, fields)) return { ok: false, code: 'SIGNATURE_EXPIRED' }
  const isAddress = !fields.has('ip') || fields.get('ip') === ip
  const isPath =
    acl === undefined ||
    unescapeAscii(acl)
      .split('!')
      .some((one) => isMatch(one, path))
  return isAddress && isPath ? { ok: true } : { ok: false, code: 'DELIVERY_DENIED' }
}

function endOf(options: AuthTokenOptions): number {
  const { expiresAtSeconds, durationSeconds, startsAtSeconds, nowSeconds } = options
  const start = startsAtSeconds ?? nowSeconds
  const end =
    expiresAtSeconds ??
    (durationSeconds === undefined || start === undefined ? undefined : start + durationSeconds)
  if (end === undefined || !Number.isFinite(end)) {
    throw new TypeError('an auth token needs expiresAtSeconds, or durationSeconds with a start')
  }
  return end
}

function sign(key: string, parts: readonly string[]): string {
  const bytes = fromHex(key.slice(0, key.length - (key.length % 2)))
  if (!bytes || bytes.length === 0) throw new TypeError('the auth token key must be hex')
  return toHex(hmacSha256(bytes, parts.join('~')))
}

// Cloudinary's SDK escapes only these characters, in lower-case hex. `*`, `!` and non-ASCII text
// stay as they are.
function escapeLower(text: string): string {
  return text.replace(
    /[ "#%&'/:;<=>?@[\]^`{|}~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}

function unescapeAscii(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

function isWithin(nowSeconds: number, fields: ReadonlyMap<string, string>): boolean {
  const start = fields.get('st')
  const end = fields.get('exp')
  return (start === undefined || nowSeconds >= Number(start)) && nowSeconds <= Number(end)
}

/**
 * Returns true if a path matches a pattern with `*`. Runs in linear time, because the pattern may
 * be long.
 */
function isMatch(pattern: string, path: string): boolean {
  const [head = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return pattern === path
  const tail = rest.pop() ?? ''
  if (path.length < head.length + tail.length || !path.startsWith(head) || !path.endsWith(tail)) {
    return false
  }
  const end = path.length - tail.length
  let offset = head.length
  for (const piece of rest) {
    const found = path.indexOf(piece, offset)
    if (found === -1 || found + piece.length > end) return false
    offset = found + piece.length
  }
  return true
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}

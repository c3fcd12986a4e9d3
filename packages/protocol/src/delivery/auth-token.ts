/** Tokens that open delivery paths for a time, `__cld_token__`. @module */

import { hmacSha256 } from '#digest'
import { fromHex, toHex } from '../digest/hex.js'
import { timingSafeEqualText } from '../digest/timing-safe-equal.js'

/** Name of the token where none is given. */
export const AUTH_TOKEN_NAME = '__cld_token__'

/** What {@link createAuthToken} covers. One of `acl` and `url`, and one of `expiresAtSeconds` and `durationSeconds` is needed. */
export interface AuthTokenOptions {
  /** The token key, hex; a separate key, not the API secret. An odd last digit is dropped, as in the SDK. */
  readonly key: string
  /** Path patterns with `*` that the token opens; wins over `url`. */
  readonly acl?: string | readonly string[]
  /** The one path, with its query, that the token opens; signed but not in the token. */
  readonly url?: string
  /** The one client address that may use it. */
  readonly ip?: string
  /** First second of its life, Unix seconds. */
  readonly startsAtSeconds?: number
  /** Last second of its life, Unix seconds. */
  readonly expiresAtSeconds?: number
  /** Length of its life from `startsAtSeconds`, else from `nowSeconds`, in seconds. */
  readonly durationSeconds?: number
  /** Our clock, Unix seconds; needed for a duration without a start. */
  readonly nowSeconds?: number
  /**
   * Name of the cookie or query parameter; not signed.
   * @default '__cld_token__'
   */
  readonly tokenName?: string
}

/** What {@link verifyAuthToken} looks at. */
export interface VerifyAuthTokenOptions {
  /** The token, with or without its name. */
  readonly token: string
  /** The token key, hex. */
  readonly key: string
  /** Requested path with its query (the token's own parameter taken out), as received. */
  readonly path: string
  /** Our clock, Unix seconds. */
  readonly nowSeconds: number
  /** Address of the client, compared where the token names one. */
  readonly ip?: string
}

/** Result of {@link verifyAuthToken}. */
export type VerifiedAuthToken =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly code: 'SIGNATURE_MISMATCH' | 'SIGNATURE_EXPIRED' | 'DELIVERY_DENIED'
    }

/**
 * Make a token.
 *
 * @returns `<name>=[ip=…~][st=…~]exp=…[~acl=…]~hmac=<64 hex>`, ready for a cookie or a query.
 * @throws TypeError when the key is not hex, there is neither `acl` nor `url`, no end, or `~` in the address.
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
 * Check a token for a path: its signature, then its time, address and path patterns.
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

// The protocol escapes only these, in lower case; `*`, `!` and non-ASCII text stay as they are.
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

/** Whether a path fits a pattern with `*`; linear, since the pattern may be long. */
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

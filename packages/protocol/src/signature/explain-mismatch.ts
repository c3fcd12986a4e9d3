/** Why a signature is wrong, found by trying the known ways to get it wrong. @module */

import { digestBytes } from '#digest'
import { algorithmOf, type DigestAlgorithm } from '../digest/algorithm.js'
import { fromBase64, toBase64 } from '../digest/base64.js'
import { concat } from '../digest/concat.js'
import { fromHex, toHex } from '../digest/hex.js'
import { timingSafeEqual } from '../digest/timing-safe-equal.js'
import type { Action, WireParams } from '../params.js'
import type { Mismatch, MismatchCause } from './mismatch.js'
import { otherStrings } from './mismatch-strings.js'
import { recognisedParams } from './sign-request.js'
import { stringToSign } from './string-to-sign.js'

/** One key whose secret may have been used. */
export interface MismatchKey {
  /** The API key as in `api_key`. */
  readonly id: string
  /** Its secret; tried, never told. */
  readonly secret: string
}

/** What {@link explainMismatch} looks at. */
export interface ExplainMismatchOptions {
  /** Everything received, the fields that are never signed included. */
  readonly received: WireParams
  /** The received signature. */
  readonly signature: string
  /** The action that the request addresses. */
  readonly action: Action
  /** Every key of the cloud; the one that `received.api_key` names is taken for the signer's, else the first. */
  readonly keys: readonly MismatchKey[]
}

/** Answer of {@link explainMismatch}. */
export interface ExplainedMismatch {
  /** One word for programs; `none` when the signature is right after all, `unknown` rather than a guess. */
  readonly cause: MismatchCause
  /** A sentence for a developer, with names of params and keys, never a value and never a secret. */
  readonly message: string
}

// A hostile request must not buy much work.
const MAX_ATTEMPTS = 6_000
const MAX_HASHED_CHARACTERS = 8_000_000
const MAX_TEXT_CHARACTERS = 65_536

const OTHER_DIGESTS: ReadonlyMap<number, string> = new Map([
  [32, 'MD5'],
  [56, 'SHA-224'],
  [96, 'SHA-384'],
  [128, 'SHA-512'],
])

/**
 * Name the likely cause of a wrong signature. A cause is only named when signing that way gives exactly the received signature,
 * or when its form alone rules it out. Runs where the secrets are; its work is bounded, but is no gift to strangers: let it run
 * for developers and, in production, at a limited rate.
 */
export function explainMismatch(options: ExplainMismatchOptions): ExplainedMismatch {
  const { received, action, keys } = options
  const signature = typeof options.signature === 'string' ? options.signature : ''
  const recognised = recognisedParams(action, received)
  const text = stringToSign(recognised)
  const named = typeof received.api_key === 'undefined' ? '' : String(received.api_key)
  const own = named === '' ? keys[0] : keys.find((key) => key.id === named)
  const algorithm = algorithmOf(signature)
  if (text.length > MAX_TEXT_CHARACTERS) return UNKNOWN
  if (!algorithm) return explainForm(signature, own ? text + own.secret : undefined)

  const search = createSearch(algorithm, signature)
  const others = keys.filter((key) => key !== own)
  return (
    (own && search.matches(text + own.secret) && RIGHT) ||
    (own && otherSecret(search, text, own)) ||
    otherKey(search, text, others) ||
    (own && otherDigest(signature, text, own.secret)) ||
    (own && otherString(search, own, { received, recognised, action })) ||
    UNKNOWN
  )
}

const RIGHT: ExplainedMismatch = {
  cause: 'none',
  message:
    'The signature is right for this key and these params: the request was refused for another reason, such as a SHA-1 signature where only SHA-256 is taken.',
}

const UNKNOWN: ExplainedMismatch = {
  cause: 'unknown',
  message:
    'None of the known mistakes gives this signature: compare the string to sign with the one that the signer used, and check that both use the secret of the same API key.',
}

/** Comparisons with the received signature, until their budget is spent. */
interface Search {
  readonly matches: (message: string) => boolean
  readonly isSpent: () => boolean
}

function createSearch(algorithm: DigestAlgorithm, signature: string): Search {
  const expected = fromHex(signature) ?? new Uint8Array()
  let attempts = 0
  let characters = 0
  const isSpent = (): boolean => attempts > MAX_ATTEMPTS || characters > MAX_HASHED_CHARACTERS
  return {
    isSpent,
    matches: (message) => {
      attempts += 1
      characters += message.length
      return !isSpent() && timingSafeEqual(digestBytes(algorithm, message), expected)
    },
  }
}

/** What a signature that is not 40 or 64 lower-case hex characters looks like. */
function explainForm(signature: string, message: string | undefined): ExplainedMismatch {
  if (signature === '') return finding('signature_altered', 'The signature is empty.')
  for (const algorithm of message === undefined ? [] : (['sha1', 'sha256'] as const)) {
    const digest = digestBytes(algorithm, message ?? '')
    const hex = toHex(digest)
    if (signature.trim().toLowerCase() === hex) {
      return finding(
        'signature_altered',
        'The signature is right but for upper case or blanks around it: send it in lower case, as it was made.',
      )
    }
    if (isBase64Of(signature, digest)) {
      return finding('signature_altered', 'The signature is in Base64: send it as lower-case hex.')
    }
    if (signature.length >= 8 && hex.startsWith(signature)) {
      return finding(
        'signature_altered',
        `The signature is cut after ${signature.length} of ${hex.length} characters.`,
      )
    }
  }
  const other = /^[0-9a-f]+$/i.test(signature) ? OTHER_DIGESTS.get(signature.length) : undefined
  return other
    ? finding(
        'algorithm_wrong',
        `The signature has ${signature.length} hex characters, as ${other} makes: sign with SHA-1 (40) or SHA-256 (64).`,
      )
    : finding(
        'signature_altered',
        `The signature has ${signature.length} characters: it must be 40 (SHA-1) or 64 (SHA-256) of lower-case hex.`,
      )
}

function isBase64Of(signature: string, digest: Uint8Array): boolean {
  const bytes = fromBase64(signature.replaceAll('-', '+').replaceAll('_', '/'))
  return bytes !== undefined && timingSafeEqual(bytes, digest)
}

/** The same key's secret as a shell, a file or a missing variable spoils it. */
function otherSecret(
  search: Search,
  text: string,
  own: MismatchKey,
): ExplainedMismatch | undefined {
  const { secret } = own
  const pads = [' ', '\n', '\r\n', '\r', '\t', '\u00a0', '\ufeff']
  const padded = pads.flatMap((pad) => [secret + pad, pad + secret, pad + secret + pad])
  const quoted = ['"', "'", '`', '\u201c', '\u2019'].flatMap((quote) => {
    const close = quote === '\u201c' ? '\u201d' : quote
    return [secret, ...padded]
      .flatMap((inner) => [quote + inner + close])
      .concat(quote + secret, secret + close)
  })
  if (quoted.some((candidate) => search.matches(text + candidate))) {
    return finding(
      'secret_quoted',
      `The signer's secret of key ${own.id} has quotes around it: remove them where CLOUDINARY_API_SECRET is set (docker --env-file keeps them).`,
    )
  }
  if (padded.some((candidate) => search.matches(text + candidate))) {
    return finding(
      'secret_padded',
      `The signer's secret of key ${own.id} has a blank or a line break at its start or end: remove it where CLOUDINARY_API_SECRET is set.`,
    )
  }
  if (['', 'undefined', 'null', own.id].some((candidate) => search.matches(text + candidate))) {
    return finding(
      'secret_missing',
      'The signer used no secret: CLOUDINARY_API_SECRET is not set where it runs, or the API key stands in its place.',
    )
  }
  return undefined
}

function otherKey(
  search: Search,
  text: string,
  others: readonly MismatchKey[],
): ExplainedMismatch | undefined {
  const match = others.find((key) => search.matches(text + key.secret))
  return (
    match &&
    finding(
      'secret_of_other_key',
      `The signature was made with the secret of key ${match.id}: api_key and secret must belong together.`,
    )
  )
}

/** A digest that is not the plain one of string and secret. */
function otherDigest(
  signature: string,
  text: string,
  secret: string,
): ExplainedMismatch | undefined {
  for (const algorithm of ['sha1', 'sha256'] as const) {
    if (toHex(hmac(algorithm, secret, text)) === signature) {
      return finding(
        'algorithm_wrong',
        'The signature is an HMAC: append the secret to the string and hash both plainly.',
      )
    }
    if (toHex(digestBytes(algorithm, secret + text)) === signature) {
      return finding('algorithm_wrong', 'The secret was put before the string: append it.')
    }
    if (toHex(digestBytes(algorithm, `${text}&${secret}`)) === signature) {
      return finding(
        'algorithm_wrong',
        'The secret was joined with "&": append it without a separator.',
      )
    }
    if (
      toHex(digestBytes(algorithm, toBase64(new TextEncoder().encode(text)) + secret)) === signature
    ) {
      return finding('algorithm_wrong', 'The string was put into Base64: sign it as it is.')
    }
  }
  if (
    signature.length === 40 &&
    toHex(digestBytes('sha256', text + secret)).startsWith(signature)
  ) {
    return finding(
      'algorithm_wrong',
      'The signature is a SHA-256 cut to 40 characters: send all 64.',
    )
  }
  return undefined
}

// Written out because `#digest` has HMAC for SHA-256 only, and only this search needs the other.
function hmac(algorithm: DigestAlgorithm, key: string, message: string): Uint8Array {
  const encoded = new TextEncoder().encode(key)
  const short = encoded.length > 64 ? digestBytes(algorithm, encoded) : encoded
  const pad = (byte: number): Uint8Array =>
    Uint8Array.from({ length: 64 }, (_, index) => (short[index] ?? 0) ^ byte)
  return digestBytes(
    algorithm,
    concat(pad(0x5c), digestBytes(algorithm, concat(pad(0x36), message))),
  )
}

function otherString(
  search: Search,
  own: MismatchKey,
  request: { received: WireParams; recognised: Readonly<Record<string, string>>; action: Action },
): ExplainedMismatch | undefined {
  const seen = new Set<string>()
  for (const { text, cause, message } of otherStrings({ ...request, apiKey: own.id })) {
    if (seen.has(text)) continue
    if (search.isSpent()) return undefined
    seen.add(text)
    if (search.matches(text + own.secret)) return finding(cause, message)
  }
  return undefined
}

function finding(cause: Mismatch['cause'], message: string): ExplainedMismatch {
  return { cause, message }
}

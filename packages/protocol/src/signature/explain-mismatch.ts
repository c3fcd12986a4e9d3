/** Explains why a signature is wrong, by trying the known signing mistakes. @module */

import { digestBytes } from '#digest'
import { algorithmOf, type DigestAlgorithm } from '../digest/algorithm.js'
import { fromHex } from '../digest/hex.js'
import { timingSafeEqual } from '../digest/timing-safe-equal.js'
import type { Action, WireParams } from '../params.js'
import type { MismatchCause } from './mismatch.js'
import { alteredSignature, otherDigests } from './mismatch-digests.js'
import { otherSecrets } from './mismatch-secrets.js'
import { otherStrings } from './mismatch-strings.js'
import { recognizedParams } from './sign-request.js'
import { stringToSign } from './string-to-sign.js'

/** An API key with its secret, for {@link explainMismatch}. */
export interface MismatchKey {
  /** API key id, as in `api_key`. */
  readonly id: string
  /** Secret of the key. It is tried, and never part of an explanation. */
  readonly secret: string
}

/** Options of {@link explainMismatch}. */
export interface ExplainMismatchOptions {
  /** All received parameters, including those that are never signed. */
  readonly received: WireParams
  /** Received signature. */
  readonly signature: string
  /** Action of the request. */
  readonly action: Action
  /**
   * All keys of the cloud. The signer is assumed to use the key that `received.api_key` names, or
   * the first key if none is named.
   */
  readonly keys: readonly MismatchKey[]
}

/** Result of {@link explainMismatch}. */
export interface ExplainedMismatch {
  /**
   * Code of the cause: `none` if the signature is correct, `unknown` if no known mistake gives the
   * signature.
   */
  readonly cause: MismatchCause
  /** Sentence for a developer. Contains names of parameters and keys, and no values or secrets. */
  readonly message: string
}

// Limits the work that a hostile request can cause.
const MAX_ATTEMPTS = 6_000
const MAX_HASHED_CHARACTERS = 8_000_000
const MAX_TEXT_CHARACTERS = 65_536

/**
 * Finds the likely cause of a wrong signature. A cause is reported only if signing with that mistake gives exactly the received
 * signature, or if the form of the signature proves it.
 *
 * Needs the secrets, so call it where they are stored. The work is bounded, but not cheap: use it for developers, and behind a
 * rate limit in production.
 */
export function explainMismatch(options: ExplainMismatchOptions): ExplainedMismatch {
  const { received, action, keys } = options
  const signature = typeof options.signature === 'string' ? options.signature : ''
  const recognized = recognizedParams(action, received)
  const text = stringToSign(recognized)
  if (text.length > MAX_TEXT_CHARACTERS) return UNKNOWN

  const named = String(received.api_key ?? '')
  const own = named === '' ? keys[0] : keys.find((key) => key.id === named)
  const algorithm = algorithmOf(signature)
  if (!algorithm) return alteredSignature(signature, own && text + own.secret)

  const search = createSearch(algorithm, signature)
  const others = keys.filter((key) => key !== own)
  return (
    (own && search.matches(text + own.secret) && RIGHT) ||
    (own && otherSecret(search, text, own)) ||
    otherKey(search, text, others) ||
    (own && otherDigest(search, text, own)) ||
    (own && otherString(search, own, { received, recognized, action })) ||
    UNKNOWN
  )
}

const RIGHT: ExplainedMismatch = {
  cause: 'none',
  message:
    'The signature is correct for this key and these params. The request was refused for another reason, for example because only SHA-256 is accepted.',
}

const UNKNOWN: ExplainedMismatch = {
  cause: 'unknown',
  message:
    'None of the known mistakes gives this signature. Compare the string to sign with the string that the signer used, and check that both use the secret of the same API key.',
}

/** Compares candidates with the received signature, up to a budget of work. */
interface Search {
  readonly algorithm: DigestAlgorithm
  /** Hashes a text and returns true if the digest equals the signature. */
  readonly matches: (message: string) => boolean
  /** Returns true if a digest equals the signature. */
  readonly is: (digest: Uint8Array) => boolean
  readonly isSpent: () => boolean
}

function createSearch(algorithm: DigestAlgorithm, signature: string): Search {
  const expected = fromHex(signature) ?? new Uint8Array()
  let attempts = 0
  let characters = 0
  const is = (digest: Uint8Array): boolean => timingSafeEqual(digest, expected)
  const isSpent = (): boolean => attempts > MAX_ATTEMPTS || characters > MAX_HASHED_CHARACTERS
  return {
    algorithm,
    is,
    isSpent,
    matches: (message) => {
      attempts += 1
      characters += message.length
      return !isSpent() && is(digestBytes(algorithm, message))
    },
  }
}

function otherSecret(
  search: Search,
  text: string,
  own: MismatchKey,
): ExplainedMismatch | undefined {
  const match = otherSecrets(own).find(({ secret }) => search.matches(text + secret))
  return match && { cause: match.cause, message: match.message }
}

function otherKey(
  search: Search,
  text: string,
  others: readonly MismatchKey[],
): ExplainedMismatch | undefined {
  const match = others.find((key) => search.matches(text + key.secret))
  return (
    match && {
      cause: 'secret_of_other_key',
      message: `The signature was made with the secret of key ${match.id}: api_key and secret must belong together.`,
    }
  )
}

function otherDigest(
  search: Search,
  text: string,
  own: MismatchKey,
): ExplainedMismatch | undefined {
  const match = otherDigests(search.algorithm, text, own.secret).find(({ digest }) =>
    search.is(digest),
  )
  return match && { cause: 'algorithm_wrong', message: match.message }
}

function otherString(
  search: Search,
  own: MismatchKey,
  request: { received: WireParams; recognized: Readonly<Record<string, string>>; action: Action },
): ExplainedMismatch | undefined {
  const seen = new Set<string>()
  for (const { text, cause, message } of otherStrings({ ...request, apiKey: own.id })) {
    if (seen.has(text)) continue
    if (search.isSpent()) return undefined
    seen.add(text)
    if (search.matches(text + own.secret)) return { cause, message }
  }
  return undefined
}

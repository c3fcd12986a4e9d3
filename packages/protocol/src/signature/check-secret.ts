/** Checks secrets: finds placeholders, short secrets and duplicates. @module */

import { fromBase64 } from '../digest/base64.js'

/** Minimum characters of a secret in a `COUNTERSIGN_*` variable, without a `whsec_` prefix. */
export const MIN_SECRET_CHARACTERS = 32
/** Secrets with fewer characters cause a warning, because they are easy to guess. Cloudinary's own secrets have 27. */
export const SHORT_SECRET_CHARACTERS = 20

const WEBHOOK_PREFIX = 'whsec_'

/** Matches words that programs print for a missing value, and words that documentation uses for a secret. */
const WORD =
  /^(undefined|null|none|nil|nan|true|false|\[object \w+\]|(api|webhook|client|app)?[ _-]?(secret|token|password|key)|secret[ _-]?(key|value)?|passwd|password|passphrase|change[ _-]?(me|this|it)|placeholder|example|sample|test|dummy|default|todo|tbd|fixme|redacted|hidden|secret here|\[secret\])$/i
/** Matches `your_api_secret` or `replace-me with a secret`: an instruction in words only. A random secret has digits. */
const REQUEST =
  /^(my|your|the|some|replace|enter|paste|insert|put|change|add|fill)[ _-][a-z _.-]*$/i
/** Matches `REPLACE_WITH_32_RANDOM_BYTES`: a longer instruction, which may contain digits. No random secret begins like this. */
const LONG_REQUEST =
  /^(replace|enter|paste|insert|change|generate)[ _-]?(me|this|it|with|a|the|your)[ _-][a-z0-9 _.-]*$/i
/** Matches unfilled templates: `<…>`, `${…}`, `$NAME`, `{{…}}`, `%NAME%`, `process.env.NAME`, `CLOUDINARY_API_SECRET`. */
const TEMPLATE =
  /^(<.*>|\[.*\]|\$?\{.*\}|\$\(.*\)|\$[a-z_][a-z0-9_]*|%[a-z_][a-z0-9_]*%|(process\.env|import\.meta\.env|env|secrets)\.\w+|(NEXT_PUBLIC_)?(CLOUDINARY|COUNTERSIGN)_[A-Z0-9_]+)$/is
/** Matches one repeated character: `xxxxxxxx`, `********`, `...`, `____`. */
const ONE_CHARACTER = /^([x*._?#-])\1{2,}$/i

/** Returns true if a text is a placeholder for a secret, such as `undefined`, `your_api_secret` or `<secret>`. */
export function isPlaceholder(text: string): boolean {
  const value = withoutPrefix(text.trim())
  return (
    [WORD, REQUEST, LONG_REQUEST, TEMPLATE, ONE_CHARACTER].some((pattern) => pattern.test(value)) ||
    value === '…'
  )
}

/** Returns the number of characters of a secret, without a `whsec_` prefix. */
export function secretLength(secret: string): number {
  return [...withoutPrefix(secret)].length
}

/**
 * Returns true if two secrets have the same bytes in any spelling: with or without `whsec_`, decoded from Base64 or not, in either
 * alphabet of Base64.
 */
export function isSameSecret(one: string, other: string): boolean {
  const spellings = spellingsOf(one)
  return spellingsOf(other).some((spelling) => spellings.includes(spelling))
}

function withoutPrefix(secret: string): string {
  return secret.startsWith(WEBHOOK_PREFIX) ? secret.slice(WEBHOOK_PREFIX.length) : secret
}

function spellingsOf(secret: string): readonly string[] {
  const rest = withoutPrefix(secret)
  const canonical = rest.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')
  const bytes = rest === secret ? undefined : fromBase64(rest)
  const decoded = bytes ? [new TextDecoder().decode(bytes)] : []
  return [rest, canonical, ...decoded]
}

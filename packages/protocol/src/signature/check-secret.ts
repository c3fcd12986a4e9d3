/** Which texts can be secrets: no placeholder, not too short, and not the same as another. @module */

import { fromBase64 } from '../digest/base64.js'

/** Shortest secret that this project's own variables (`COUNTERSIGN_*`) may hold, in characters after a `whsec_`. */
export const MIN_SECRET_CHARACTERS = 32
/** Secrets with fewer characters than this are easy to guess; Cloudinary's own have 27. */
export const SHORT_SECRET_CHARACTERS = 20

const WEBHOOK_PREFIX = 'whsec_'

/** Words that programs write for nothing, and words that stand in documentation for a secret. */
const WORD =
  /^(undefined|null|none|nil|nan|true|false|\[object \w+\]|(api|webhook|client|app)?[ _-]?(secret|token|password|key)|secret[ _-]?(key|value)?|passwd|password|passphrase|change[ _-]?(me|this|it)|placeholder|example|sample|test|dummy|default|todo|tbd|fixme|redacted|hidden|secret here|\[secret\])$/i
/** `your_api_secret`, `replace-me with a secret`: a first word that asks, then words alone. A random secret has digits. */
const REQUEST =
  /^(my|your|the|some|replace|enter|paste|insert|put|change|add|fill)[ _-][a-z _.-]*$/i
/** `REPLACE_WITH_32_RANDOM_BYTES`: after words this long, digits too. A random secret does not begin with them by chance. */
const LONG_REQUEST =
  /^(replace|enter|paste|insert|change|generate)[ _-]?(me|this|it|with|a|the|your)[ _-][a-z0-9 _.-]*$/i
/** `<…>`, `${…}`, `$NAME`, `{{…}}`, `%NAME%`, `process.env.NAME`, `CLOUDINARY_API_SECRET`: what a template left unfilled. */
const TEMPLATE =
  /^(<.*>|\[.*\]|\$?\{.*\}|\$\(.*\)|\$[a-z_][a-z0-9_]*|%[a-z_][a-z0-9_]*%|(process\.env|import\.meta\.env|env|secrets)\.\w+|(NEXT_PUBLIC_)?(CLOUDINARY|COUNTERSIGN)_[A-Z0-9_]+)$/is
/** `xxxxxxxx`, `********`, `...`, `____`. */
const ONE_CHARACTER = /^([x*._?#-])\1{2,}$/i

/** Tells whether a text stands for a secret that nobody filled in, such as `undefined`, `your_api_secret` or `<secret>`. */
export function isPlaceholder(text: string): boolean {
  const value = withoutPrefix(text.trim())
  return (
    [WORD, REQUEST, LONG_REQUEST, TEMPLATE, ONE_CHARACTER].some((pattern) => pattern.test(value)) ||
    value === '…'
  )
}

/** Returns the length that counts for a secret: its characters, without a `whsec_` in front. */
export function secretLength(secret: string): number {
  return [...withoutPrefix(secret)].length
}

/**
 * Tells whether two secrets are the same bytes in another spelling: with or without `whsec_`, decoded from Base64 or not, in either alphabet of
 * Base64.
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

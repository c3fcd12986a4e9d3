/** Reads keys and secrets from the environment. Refuses placeholders, weak secrets and duplicates. @module */

import { type KeyEntry, parseCloudinaryUrl, parseKeyList } from '@countersign/protocol/keys'
import { SCOPES } from '@countersign/protocol/params'
import {
  fromBase64,
  isPlaceholder,
  isSameSecret,
  MIN_SECRET_CHARACTERS,
  secretLength,
} from '@countersign/protocol/signature'
import type { Key } from './catalog/key.js'

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Cloud names that are reserved for routes of the server. */
export const RESERVED_CLOUD_NAMES: readonly string[] = [
  'v1_1',
  'widget',
  'global',
  'latest',
  'console',
  'health',
  'ready',
  'metrics',
]

/**
 * Reads the keys in `COUNTERSIGN_KEYS` for `COUNTERSIGN_CLOUD`, and the key in `CLOUDINARY_URL`.
 * @param problems Receives one text per problem. No text contains a secret.
 */
export function readKeys(environment: Environment, problems: string[]): readonly Key[] {
  const keys: Key[] = []
  const list = environment.COUNTERSIGN_KEYS?.trim()
  const cloud = environment.COUNTERSIGN_CLOUD?.trim()
  // Otherwise the quotes would become part of the first id and the last secret.
  if (list && isQuoted(list)) problems.push(`COUNTERSIGN_KEYS ${QUOTED}`)
  if (list && !cloud)
    problems.push('COUNTERSIGN_CLOUD is missing: COUNTERSIGN_KEYS belong to one cloud')
  if (cloud) checkCloudName('COUNTERSIGN_CLOUD', cloud, problems)
  for (const entry of parseKeyList(list ?? '')) {
    const key = toKey(entry, cloud ?? '', problems)
    if (key) keys.push(key)
  }
  const full = readCloudinaryUrl(environment.CLOUDINARY_URL?.trim(), problems)
  if (full) keys.push(full)
  checkDistinct(keys, problems)
  return keys
}

// Keys in the catalog are compared with these keys when they are loaded.
function checkDistinct(keys: readonly Key[], problems: string[]): void {
  for (const [index, key] of keys.entries()) {
    const variable = key.scopes === SCOPES ? 'CLOUDINARY_URL' : 'COUNTERSIGN_KEYS'
    const earlier = keys.slice(0, index)
    if (earlier.some(({ id }) => id === key.id)) {
      problems.push(`${variable}: the API key ${key.id} is defined twice`)
    } else if (earlier.some(({ secret }) => isSameSecret(secret, key.secret))) {
      problems.push(`${variable}: the API key ${key.id} has the secret of another: give it its own`)
    }
  }
}

function toKey(entry: KeyEntry, cloud: string, problems: string[]): Key | null {
  const { id } = entry.ok ? entry.key : entry.problem
  const name = `COUNTERSIGN_KEYS entry ${id ? `"${id}"` : '(without an id)'}`
  if (!entry.ok) {
    const { unknownScope } = entry.problem
    problems.push(
      unknownScope === undefined
        ? `${name} is not id:scope+scope:secret[:preset]`
        : `${name} has the scope "${unknownScope}"; scopes are ${SCOPES.join(', ')}`,
    )
    return null
  }
  const problem =
    secretProblem(entry.key.secret) ?? (isPlaceholder(id) ? 'has placeholder text as its id' : null)
  if (problem) problems.push(`${name} ${problem}`)
  return { cloud, ...entry.key, state: 'active' }
}

function readCloudinaryUrl(text: string | undefined, problems: string[]): Key | null {
  if (!text) return null
  const account = parseCloudinaryUrl(text)
  if (!account) {
    problems.push(
      'CLOUDINARY_URL is not cloudinary://<api_key>:<api_secret>@<cloud_name>; write a % in a secret as %25',
    )
    return null
  }
  checkCloudName('CLOUDINARY_URL', account.cloud, problems)
  if ([account.id, account.secret].some(isPlaceholder)) {
    problems.push('CLOUDINARY_URL holds placeholder text: fill in the API key and the API secret')
  }
  return { ...account, scopes: SCOPES, state: 'active' }
}

/**
 * Checks the webhook secret.
 * @param problems Receives one text per problem. No text contains a secret.
 */
export function checkWebhookSecret(
  secret: string | null,
  { keys, problems }: { readonly keys: readonly Key[]; readonly problems: string[] },
): void {
  if (secret === null) return
  const name = 'COUNTERSIGN_WEBHOOK_SECRET'
  const problem = isQuoted(secret) ? QUOTED : secretProblem(secret)
  if (problem) problems.push(`${name} ${problem}`)
  const [, base64] = /^whsec_(.*)$/s.exec(secret) ?? []
  if (base64 !== undefined && !problem && !fromBase64(base64)) {
    problems.push(`${name} has no Base64 after whsec_: make one with ${MAKE_SECRET}`)
  }
  const twin = keys.find((key) => isSameSecret(key.secret, secret))
  if (twin) problems.push(`${name} is the secret of the API key ${twin.id} too: give it its own`)
}

const QUOTED =
  'has quotes around its value, which docker run --env-file keeps: write it without them'

function isQuoted(value: string): boolean {
  return /^(["']).*\1$/s.test(value)
}

const MAKE_SECRET = 'openssl rand -base64 32'

/** Returns the problem of a secret as a phrase to follow the variable's name; `null` without a problem. */
function secretProblem(secret: string): string | null {
  if (isPlaceholder(secret)) {
    return `holds placeholder text, not a secret: make one with ${MAKE_SECRET}`
  }
  const length = secretLength(secret)
  if (length >= MIN_SECRET_CHARACTERS) return null
  return `has a secret of ${length} characters; it must have ${MIN_SECRET_CHARACTERS} or more: make one with ${MAKE_SECRET}`
}

function checkCloudName(variable: string, cloud: string, problems: string[]): void {
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(cloud)) {
    problems.push(`${variable}: a cloud name is 1 to 64 letters, digits, - and _`)
  } else if (RESERVED_CLOUD_NAMES.includes(cloud)) {
    problems.push(`${variable}: the cloud name ${cloud} is a route of the server`)
  }
}

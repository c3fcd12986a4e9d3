/** Reads environment variables and signing keys. No other file of this package reads the environment. @module */

import { MediaError } from '@countersign/protocol/errors'
import {
  type CloudinaryAccount,
  parseCloudinaryUrl,
  parseKeyList,
} from '@countersign/protocol/keys'
import { SCOPES, type Scope } from '@countersign/protocol/params'
import {
  isPlaceholder,
  isSameSecret,
  SHORT_SECRET_CHARACTERS,
  secretLength,
} from '@countersign/protocol/signature'
import type { Warn } from '../http/logger.js'

/** API key that signs uploads. */
export interface Key {
  /** Id of the key, `api_key` on the wire. */
  readonly id: string
  /** Secret of the key. Never appears in logs or responses. */
  readonly secret: string
  /** Permissions of the key on the server; absent if unknown. */
  readonly scopes?: readonly Scope[]
}

/** Names of the environment variables that this package reads. */
export const VARIABLES = [
  'CLOUDINARY_CLOUD_NAME',
  'NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME',
  'CLOUDINARY_URL',
  'CLOUDINARY_API_KEY',
  'NEXT_PUBLIC_CLOUDINARY_API_KEY',
  'CLOUDINARY_API_SECRET',
  'COUNTERSIGN_KEYS',
  'COUNTERSIGN_URL',
  'NEXT_PUBLIC_COUNTERSIGN_URL',
  'COUNTERSIGN_WEBHOOK_SECRET',
] as const

/** Name of an environment variable that this package reads. */
export type Variable = (typeof VARIABLES)[number]

/** Environment variables without surrounding blanks and quotes. Empty variables are left out. */
export interface Environment {
  readonly values: ReadonlyMap<Variable, string>
  /** Variables with a public prefix, which a bundler may copy into a page. */
  readonly publicValues: ReadonlyMap<string, string>
}

const PUBLIC_PREFIXES = ['NEXT_PUBLIC_', 'VITE_', 'PUBLIC_', 'EXPO_PUBLIC_', 'REACT_APP_']

/** Reads the environment variables. Each variable is written out, because Next copies only `process.env.NAME` into a bundle. */
export function readEnvironment(warn: Warn): Environment {
  // Each read has its own try block. Without a global `process`, the values that a bundler inserted can still be read.
  return toEnvironment(
    {
      CLOUDINARY_CLOUD_NAME: attempt(() => process.env.CLOUDINARY_CLOUD_NAME),
      NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME: attempt(
        () => process.env.NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME,
      ),
      CLOUDINARY_URL: attempt(() => process.env.CLOUDINARY_URL),
      CLOUDINARY_API_KEY: attempt(() => process.env.CLOUDINARY_API_KEY),
      NEXT_PUBLIC_CLOUDINARY_API_KEY: attempt(() => process.env.NEXT_PUBLIC_CLOUDINARY_API_KEY),
      CLOUDINARY_API_SECRET: attempt(() => process.env.CLOUDINARY_API_SECRET),
      COUNTERSIGN_KEYS: attempt(() => process.env.COUNTERSIGN_KEYS),
      COUNTERSIGN_URL: attempt(() => process.env.COUNTERSIGN_URL),
      NEXT_PUBLIC_COUNTERSIGN_URL: attempt(() => process.env.NEXT_PUBLIC_COUNTERSIGN_URL),
      COUNTERSIGN_WEBHOOK_SECRET: attempt(() => process.env.COUNTERSIGN_WEBHOOK_SECRET),
    },
    { everything: attempt(() => ({ ...process.env })) ?? {}, warn },
  )
}

/** Returns whether `NODE_ENV` says that this process runs an app in development, or says nothing. */
export function isDevelopment(): boolean {
  const mode = attempt(() => process.env.NODE_ENV)
  return mode === undefined || mode === '' || mode === 'development'
}

/** Returns the `basePath` of a Next app, which Next inserts into the bundle. Returns an empty string for any other app. */
export function nextBasePath(): string {
  return attempt(() => process.env.__NEXT_ROUTER_BASEPATH) ?? ''
}

/** Trims the given variables and returns them as an environment. The part of {@link readEnvironment} that does not need `process`. */
export function toEnvironment(
  variables: Readonly<Partial<Record<Variable, string | undefined>>>,
  options: {
    readonly everything?: Readonly<Record<string, string | undefined>>
    readonly warn: Warn
  },
): Environment {
  const values = new Map<Variable, string>()
  for (const name of VARIABLES) {
    const value = trimQuotes(name, variables[name], options.warn)
    if (value) values.set(name, value)
  }
  const publicValues = new Map<string, string>()
  for (const [name, value] of Object.entries(options.everything ?? {})) {
    if (value && PUBLIC_PREFIXES.some((prefix) => name.startsWith(prefix))) {
      publicValues.set(name, trimQuotes(name, value, () => undefined) ?? '')
    }
  }
  return { values, publicValues }
}

/**
 * Returns the keys of an environment, in the order `CLOUDINARY_API_SECRET`, `COUNTERSIGN_KEYS`, `CLOUDINARY_URL`. The first key signs by
 * default.
 *
 * @throws MediaError CONFIG_INVALID naming the variable that is missing or wrong, never its value.
 */
export function keysFromEnv(environment: Environment, warn: Warn): Key[] {
  const keys = [
    ...loneKey(environment, warn),
    ...listedKeys(environment, warn),
    ...urlKey(environment, warn),
  ]
  if (keys.length === 0) {
    throw configInvalid(
      'No signing key: set CLOUDINARY_API_SECRET (of the key CLOUDINARY_API_KEY or NEXT_PUBLIC_CLOUDINARY_API_KEY), COUNTERSIGN_KEYS or CLOUDINARY_URL',
    )
  }
  return distinctKeys(keys)
}

/**
 * Merges duplicate keys and refuses contradictory keys. A key that is listed more than once gets the scopes of all its entries.
 * @throws MediaError CONFIG_INVALID if one secret has two ids, or one id has two secrets.
 */
export function distinctKeys(keys: readonly Key[]): Key[] {
  const byId = new Map<string, Key>()
  for (const key of keys) {
    const known = byId.get(key.id)
    if (known && known.secret !== key.secret)
      throw configInvalid(`The key ${key.id} has two secrets`)
    const twin = [...byId.values()].find(
      (other) => other.id !== key.id && isSameSecret(other.secret, key.secret),
    )
    if (twin) throw configInvalid(`The keys ${twin.id} and ${key.id} have the same secret`)
    byId.set(key.id, known ? { ...known, ...scopesOfBoth(known, key) } : key)
  }
  return [...byId.values()]
}

/**
 * Checks that no public variable contains a secret.
 * @throws MediaError CONFIG_INVALID naming the public variable that contains a secret.
 */
export function assertSecretsPrivate(
  keys: readonly Partial<Key>[],
  environment: Environment,
): void {
  for (const [name, value] of environment.publicValues) {
    if (keys.some(({ secret }) => secret !== undefined && value.includes(secret))) {
      throw configInvalid(
        `${name} contains a secret, and bundlers copy variables with its prefix into every page: remove the variable, and replace the secret`,
      )
    }
  }
}

/** Returns the cloud name in `CLOUDINARY_URL`, or `undefined` if the variable is not set. */
export function cloudOfUrl(environment: Environment): string | undefined {
  return readAccount(environment)?.cloud
}

/**
 * Returns a secret if it is neither empty nor a placeholder. Warns if the secret is short.
 * @param options.from Name of the variable or option that contains the secret, for messages.
 * @throws MediaError CONFIG_INVALID naming `options.from`.
 */
export function usableSecret(
  secret: string,
  options: { readonly from: string; readonly warn: Warn },
): string {
  const { from, warn } = options
  if (secret === '') throw configInvalid(`${from} has an empty secret`)
  if (isPlaceholder(secret)) throw configInvalid(`${from} holds placeholder text, not a secret`)
  if (secretLength(secret) < SHORT_SECRET_CHARACTERS) {
    warn(
      `${from}: the secret has fewer than ${SHORT_SECRET_CHARACTERS} characters, which is easy to guess`,
    )
  }
  return secret
}

/** Creates an error for wrong configuration. Only the app's log shows its message; the browser gets a constant sentence. */
export function configInvalid(message: string): MediaError {
  return new MediaError('CONFIG_INVALID', { message })
}

function loneKey({ values }: Environment, warn: Warn): Key[] {
  const secret = values.get('CLOUDINARY_API_SECRET')
  if (secret === undefined) return []
  const id = values.get('CLOUDINARY_API_KEY') ?? values.get('NEXT_PUBLIC_CLOUDINARY_API_KEY')
  if (!id) {
    throw configInvalid(
      'CLOUDINARY_API_SECRET is set, but neither CLOUDINARY_API_KEY nor NEXT_PUBLIC_CLOUDINARY_API_KEY',
    )
  }
  return [{ id, secret: usableSecret(secret, { from: 'CLOUDINARY_API_SECRET', warn }) }]
}

function listedKeys({ values }: Environment, warn: Warn): Key[] {
  return parseKeyList(values.get('COUNTERSIGN_KEYS') ?? '').map((entry, index) => {
    const from = `COUNTERSIGN_KEYS, key ${index + 1}`
    if (!entry.ok) {
      throw configInvalid(
        `${from}: write id:scope+scope:secret[:preset], with scopes of ${SCOPES.join(', ')} and no colon in the secret`,
      )
    }
    const { id, scopes, secret } = entry.key
    return { id, scopes, secret: usableSecret(secret, { from, warn }) }
  })
}

function urlKey(environment: Environment, warn: Warn): Key[] {
  const account = readAccount(environment)
  if (!account) return []
  const secret = usableSecret(account.secret, { from: 'CLOUDINARY_URL', warn })
  return [{ id: account.id, secret, scopes: SCOPES }]
}

// The error does not quote the URL, because the URL contains a secret.
function readAccount({ values }: Environment): CloudinaryAccount | null {
  const text = values.get('CLOUDINARY_URL')
  if (text === undefined) return null
  const account = parseCloudinaryUrl(text)
  if (account) return account
  throw configInvalid('CLOUDINARY_URL must be cloudinary://<api_key>:<api_secret>@<cloud_name>')
}

function scopesOfBoth(one: Key, other: Key): Pick<Key, 'scopes'> {
  if (!one.scopes && !other.scopes) return {}
  return { scopes: [...new Set([...(one.scopes ?? []), ...(other.scopes ?? [])])] }
}

function trimQuotes(name: string, value: string | undefined, warn: Warn): string | undefined {
  if (value === undefined) return undefined
  const trimmed = value
    .trim()
    .replace(/^(["'])(.*)\1$/s, '$2')
    .trim()
  if (trimmed !== value)
    warn(`${name}: quotes or blanks around the value were removed; write it without them`)
  return trimmed
}

function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** The only file of this package that reads the environment. @module */

import { MediaError } from '@countersign/protocol/errors'
import { SCOPES, type Scope } from '@countersign/protocol/params'
import {
  isPlaceholder,
  isSameSecret,
  SHORT_SECRET_CHARACTERS,
  secretLength,
} from '@countersign/protocol/signature'
import type { Warn } from '../http/logger.js'

/** A key that signs. */
export interface Key {
  /** The `api_key` of the wire. */
  readonly id: string
  /** Never printed. */
  readonly secret: string
  /** What the server lets the key do, where that is known. */
  readonly scopes?: readonly Scope[]
}

/** The variables that this package reads. */
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

/** Name of a variable that this package reads. */
export type Variable = (typeof VARIABLES)[number]

/** The environment as read: blanks and quotes trimmed, empty ones left out. */
export interface Environment {
  readonly values: ReadonlyMap<Variable, string>
  /** Every variable whose value a bundler may copy into a page. */
  readonly publicValues: ReadonlyMap<string, string>
}

const PUBLIC_PREFIXES = ['NEXT_PUBLIC_', 'VITE_', 'PUBLIC_', 'EXPO_PUBLIC_', 'REACT_APP_']

/** Read the environment. Each variable is spelled out, because Next copies only `process.env.NAME` into a bundle. */
export function readEnvironment(warn: Warn): Environment {
  // Each read is guarded alone: where there is no `process`, what the bundler copied in is still read.
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

/** Returns the `basePath` of a Next app, which Next copies into the bundle; empty for any other app. */
export function nextBasePath(): string {
  return attempt(() => process.env.__NEXT_ROUTER_BASEPATH) ?? ''
}

/** Variables as given, cleaned: the part of {@link readEnvironment} that needs no process. */
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
 * The signing keys of an environment, first to sign first: `CLOUDINARY_API_SECRET`, `COUNTERSIGN_KEYS`, `CLOUDINARY_URL`.
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
 * Checks keys that reach the signer from anywhere: unlike ids, unlike secrets. A key that is named more than once may do all that one of its
 * entries says.
 * @throws MediaError CONFIG_INVALID when one secret has two ids, or one id two secrets.
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
 * Refuse to sign while a variable that is copied into pages holds a secret.
 * @throws MediaError CONFIG_INVALID naming that variable.
 */
export function assertSecretsPrivate(
  keys: readonly Partial<Key>[],
  environment: Environment,
): void {
  for (const [name, value] of environment.publicValues) {
    if (keys.some(({ secret }) => secret !== undefined && value.includes(secret))) {
      throw configInvalid(
        `${name} holds a secret, and its prefix copies it into every page: remove the variable, and replace that secret`,
      )
    }
  }
}

/** The cloud that `CLOUDINARY_URL` names, `undefined` where there is none. */
export function cloudOfUrl(environment: Environment): string | undefined {
  const url = environment.values.get('CLOUDINARY_URL')
  return url ? parseCloudinaryUrl(url).hostname : undefined
}

/**
 * A secret that can be right: no placeholder, no empty text.
 * @throws MediaError CONFIG_INVALID naming where it came from.
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

/** An error for the app's log; the browser gets a constant sentence. */
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
  const text = values.get('COUNTERSIGN_KEYS')
  if (text === undefined) return []
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry, index) => {
      const [id = '', scopeText = '', secret = '', , ...rest] = entry.split(':')
      const scopes = scopeText.split('+')
      const from = `COUNTERSIGN_KEYS, key ${index + 1}`
      // A secret with a colon would be cut at the colon, and what is left of it could be guessed.
      if (id === '' || !scopes.every(isScope) || rest.length > 0) {
        throw configInvalid(
          `${from}: write id:scope+scope:secret[:preset], with scopes of ${SCOPES.join(', ')} and no colon in the secret`,
        )
      }
      return { id, scopes, secret: usableSecret(secret, { from, warn }) }
    })
}

function urlKey({ values }: Environment, warn: Warn): Key[] {
  const text = values.get('CLOUDINARY_URL')
  if (text === undefined) return []
  const url = parseCloudinaryUrl(text)
  if (!url.username || !url.password) {
    throw configInvalid('CLOUDINARY_URL must be cloudinary://<api_key>:<api_secret>@<cloud_name>')
  }
  const secret = usableSecret(decodeURIComponent(url.password), { from: 'CLOUDINARY_URL', warn })
  return [{ id: decodeURIComponent(url.username), secret, scopes: SCOPES }]
}

function parseCloudinaryUrl(text: string): URL {
  try {
    const url = new URL(text)
    if (url.protocol === 'cloudinary:' && url.hostname) return url
  } catch {
    // Said below, without the value: it holds a secret.
  }
  throw configInvalid('CLOUDINARY_URL must be cloudinary://<api_key>:<api_secret>@<cloud_name>')
}

/** Tells whether a value is the name of a scope. */
export function isScope(word: unknown): word is Scope {
  return (SCOPES as readonly unknown[]).includes(word)
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

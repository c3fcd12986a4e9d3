/** Reads the cloud name, addresses and keys of a signing endpoint. @module */

import { isScope } from '@countersign/protocol/keys'
import { SCOPES } from '@countersign/protocol/params'
import type { Warn } from '../http/logger.js'
import type { Target } from '../policy/presets.js'
import {
  assertSecretsPrivate,
  cloudOfUrl,
  configInvalid,
  distinctKeys,
  type Environment,
  type Key,
  keysFromEnv,
  usableSecret,
} from './keys-from-env.js'

/** Cloud name and base URLs of uploads and delivery. */
export interface Addresses {
  readonly cloudName: string
  /** Base URL of uploads, `https://host/v1_1/<cloud>`. A client appends `/<type>/upload`. */
  readonly uploadUrl: string
  /** Base URL of delivery, `https://host/<cloud>`. */
  readonly deliveryUrl: string
}

/** Options that override the environment. */
export interface SettingsOptions {
  readonly cloudName?: string | undefined
  readonly url?: string | undefined
  readonly target: Target
}

/**
 * Reads the cloud name and addresses from the options, or else from the environment.
 * @throws MediaError CONFIG_INVALID naming the variable to set.
 */
export function readAddresses(options: SettingsOptions, environment: Environment): Addresses {
  const { values } = environment
  const cloudName =
    options.cloudName ??
    values.get('CLOUDINARY_CLOUD_NAME') ??
    values.get('NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME') ??
    cloudOfUrl(environment)
  if (!cloudName) {
    throw configInvalid(
      'No cloud name: set CLOUDINARY_CLOUD_NAME, NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME or CLOUDINARY_URL',
    )
  }
  if (!/^[\w.-]+$/.test(cloudName))
    throw configInvalid('The cloud name may have letters, digits, "-", "_" and "." only')
  if (options.target === 'cloudinary') {
    return {
      cloudName,
      uploadUrl: `https://api.cloudinary.com/v1_1/${cloudName}`,
      deliveryUrl: `https://res.cloudinary.com/${cloudName}`,
    }
  }
  const address =
    options.url ?? values.get('COUNTERSIGN_URL') ?? values.get('NEXT_PUBLIC_COUNTERSIGN_URL')
  if (!address) {
    throw configInvalid(
      "No media server: set COUNTERSIGN_URL or NEXT_PUBLIC_COUNTERSIGN_URL to its address, or target: 'cloudinary'",
    )
  }
  const base = httpAddress(address)
  return { cloudName, uploadUrl: `${base}/v1_1/${cloudName}`, deliveryUrl: `${base}/${cloudName}` }
}

/**
 * Returns the keys that may sign uploads for browsers; the first key signs by default. Leaves out a key whose known scopes include
 * `manage`: its signature of an upload with only tags would also authorize an archive of all assets with those tags.
 *
 * @param given Keys that the app's `keys` option returned; `undefined` reads the environment.
 * @param options.allowManageKey If true, keeps keys with the scope `manage`. True for `target: 'cloudinary'`, whose keys have no scopes.
 * @throws MediaError CONFIG_INVALID if no key is left, or if a public variable contains a secret.
 */
export function readUploadKeys(
  given: readonly Key[] | undefined,
  options: {
    readonly environment: Environment
    readonly warn: Warn
    readonly allowManageKey: boolean
  },
): readonly [Key, ...Key[]] {
  const { environment, warn, allowManageKey } = options
  const keys = given ? givenKeys(given, warn) : keysFromEnv(environment, warn)
  assertSecretsPrivate(keys, environment)
  const uploading = keys.filter((key) => !key.scopes || key.scopes.includes('upload'))
  if (!uploading[0]) throw configInvalid('No key has the scope upload')
  const [first, ...more] = uploading.filter((key) => allowManageKey || !mayManage(key))
  if (first) return [first, ...more]
  throw configInvalid(
    `The key ${uploading[0].id} may also manage assets, so it does not sign for browsers: create a key that may only upload (countersign keys create --scopes upload) and set CLOUDINARY_API_SECRET to its secret, or set allowManageKey: true`,
  )
}

function mayManage({ scopes }: Key): boolean {
  return scopes?.includes('manage') ?? false
}

/**
 * Returns the key for compatible clients: the key of `NEXT_PUBLIC_CLOUDINARY_API_KEY`, or else the first key. Such a client sends its own
 * `api_key`, so the signature of another key would be refused.
 * @throws MediaError CONFIG_INVALID if the key of the variable is not one of `keys`.
 */
export function pageKey(keys: readonly [Key, ...Key[]], environment: Environment): Key {
  const id = environment.values.get('NEXT_PUBLIC_CLOUDINARY_API_KEY')
  if (id === undefined) return keys[0]
  const key = keys.find((candidate) => candidate.id === id)
  if (!key) {
    throw configInvalid(
      `NEXT_PUBLIC_CLOUDINARY_API_KEY names the key ${id}, which has no secret here, has no scope upload, or may also manage assets (see allowManageKey)`,
    )
  }
  return key
}

function givenKeys(given: readonly Key[], warn: Warn): Key[] {
  if (!Array.isArray(given)) throw configInvalid('keys() must return a list of keys')
  return distinctKeys(given.map((key) => givenKey(key, warn)))
}

function givenKey(key: Key, warn: Warn): Key {
  if (typeof key?.id !== 'string' || key.id === '' || typeof key.secret !== 'string') {
    throw configInvalid('keys() must return { id, secret, scopes } with texts for id and secret')
  }
  const scopes: unknown = key.scopes
  // With a misspelled scope, such as Manage, the check for the scope manage would not find it.
  if (scopes !== undefined && !(Array.isArray(scopes) && scopes.every(isScope))) {
    throw configInvalid(
      `keys(), key ${key.id}: scopes must be a list of ${SCOPES.join(', ')}, or left out where they are not known`,
    )
  }
  return {
    ...key,
    secret: usableSecret(key.secret.trim(), { from: `keys(), key ${key.id}`, warn }),
  }
}

function httpAddress(text: string): string {
  try {
    const url = new URL(text)
    if (/^https?:$/.test(url.protocol)) return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
  } catch {
    // The error is thrown below.
  }
  throw configInvalid(
    `The media server's address must start with http:// or https://; it is ${JSON.stringify(text)}`,
  )
}

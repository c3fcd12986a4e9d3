/** The server's configuration: read from the environment once, checked whole, every error at once. @module */

import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { MediaError } from '@countersign/protocol/errors'
import { SCOPES, type Scope } from '@countersign/protocol/params'
import type { Key } from './catalog/key.js'
import { readLimits, type ServerLimits } from './limits.js'

/** How the server is set up. `readConfig` makes one; tests write their own. */
export interface ServerConfig extends ServerLimits {
  /** `dev` explains refused signatures in its answers and makes every transformation; `serve` does neither. */
  readonly mode: 'dev' | 'serve'
  /** @default 127.0.0.1 */
  readonly host: string
  /** @default 8787 */
  readonly port: number
  /** What URLs in answers start with; `null` means the address listened on. */
  readonly publicUrl: string | null
  /** Keys from the environment or the data folder; rows of the catalog come besides. */
  readonly keys: readonly Key[]
  /** Folder of blobs and staging files. */
  readonly storageFolder: string
  /** SQLite file. */
  readonly databaseFile: string
  /** Shape of answers: `asset_folder` and `display_name`, or `folder`. */
  readonly folderMode: 'dynamic' | 'fixed'
  /** Whether anybody may make a derivative, or only whom `docs/guide/production.md` lists. */
  readonly transformations: 'open' | 'strict'
  /** Accept version 1 strings where something contains `&`. @default false */
  readonly legacySignatures: boolean
  /** Refuse SHA-1 signatures. @default false */
  readonly refuseSha1: boolean
  /** Where the app is told of each upload; it may answer. */
  readonly completionUrl: string | null
  /** The operator's own targets of every notification; they may be private. */
  readonly notificationUrls: readonly string[]
  /** Signs our own notification headers and nothing else. */
  readonly webhookSecret: string | null
  /** Hosts of files to fetch that may be private and on any port, each `host:port`; every other must be public, on port 80 or 443. */
  readonly remoteAllow: readonly string[]
  /** Addresses or networks of proxies whose `X-Forwarded-For` counts. */
  readonly trustedProxies: readonly string[]
  /** pino's level. */
  readonly logLevel: string
}

/** Cloud names that are routes of ours. */
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

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Read `serve`'s configuration.
 * @throws MediaError CONFIG_INVALID with `details.problems`: every problem, each naming its variable.
 */
export function readConfig(environment: Environment): ServerConfig {
  const problems: string[] = []
  const read = reader(environment, problems)
  const config: ServerConfig = {
    mode: 'serve',
    host: read.text('COUNTERSIGN_HOST', '127.0.0.1'),
    port: read.integer('PORT', { fallback: 8787, min: 0, max: 65_535 }),
    publicUrl: read.url('COUNTERSIGN_PUBLIC_URL'),
    keys: readKeys(environment, problems),
    storageFolder: readLocation(read.text('COUNTERSIGN_STORAGE', 'file:./data'), {
      name: 'COUNTERSIGN_STORAGE',
      scheme: 'file:',
      other: 's3://',
      problems,
    }),
    databaseFile: readLocation(read.text('COUNTERSIGN_DATABASE', 'sqlite:./data/catalog.db'), {
      name: 'COUNTERSIGN_DATABASE',
      scheme: 'sqlite:',
      other: 'postgres://',
      problems,
    }),
    folderMode: read.oneOf('COUNTERSIGN_FOLDER_MODE', ['dynamic', 'fixed']),
    transformations: read.oneOf('COUNTERSIGN_TRANSFORMATIONS', ['strict', 'open']),
    legacySignatures: read.flag('COUNTERSIGN_LEGACY_SIGNATURES'),
    refuseSha1: read.flag('COUNTERSIGN_REFUSE_SHA1'),
    ...readLimits((spec) => (spec.variable ? read.integer(spec.variable, spec) : spec.fallback)),
    completionUrl: read.address('COUNTERSIGN_COMPLETION_URL'),
    notificationUrls: read.addresses('COUNTERSIGN_NOTIFICATION_URLS'),
    webhookSecret: read.text('COUNTERSIGN_WEBHOOK_SECRET', '') || null,
    remoteAllow: read.hosts('COUNTERSIGN_REMOTE_ALLOW'),
    trustedProxies: read.networks('COUNTERSIGN_TRUSTED_PROXIES'),
    logLevel: read.oneOf('COUNTERSIGN_LOG_LEVEL', ['info', 'debug', 'warn', 'error', 'silent']),
  }
  for (const [name, isSet] of [
    ['COUNTERSIGN_COMPLETION_URL', config.completionUrl !== null],
    ['COUNTERSIGN_NOTIFICATION_URLS', config.notificationUrls.length > 0],
  ] as const) {
    if (!isSet || config.webhookSecret) continue
    problems.push(`COUNTERSIGN_WEBHOOK_SECRET is missing: ${name} is told nothing unsigned`)
  }
  if (problems.length > 0) {
    throw new MediaError('CONFIG_INVALID', {
      message: `The configuration has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
      details: { problems },
    })
  }
  return config
}

/**
 * Keys of `COUNTERSIGN_KEYS` for `COUNTERSIGN_CLOUD`, and the one of `CLOUDINARY_URL`.
 * @param problems What is wrong is appended, never with a secret in it.
 */
export function readKeys(environment: Environment, problems: string[]): readonly Key[] {
  const keys: Key[] = []
  const list = environment.COUNTERSIGN_KEYS?.trim()
  const cloud = environment.COUNTERSIGN_CLOUD?.trim()
  if (list && !cloud)
    problems.push('COUNTERSIGN_CLOUD is missing: COUNTERSIGN_KEYS belong to one cloud')
  if (cloud) checkCloudName('COUNTERSIGN_CLOUD', cloud, problems)
  for (const entry of list ? list.split(',') : []) {
    const key = parseKeyEntry(entry.trim(), cloud ?? '', problems)
    if (key) keys.push(key)
  }
  const full = readCloudinaryUrl(environment.CLOUDINARY_URL?.trim(), problems)
  if (full) keys.push(full)
  checkDistinct(keys, problems)
  return keys
}

// Rows of the catalog are compared with these when the keys are loaded.
function checkDistinct(keys: readonly Key[], problems: string[]): void {
  for (const [index, key] of keys.entries()) {
    const variable = key.scopes === SCOPES ? 'CLOUDINARY_URL' : 'COUNTERSIGN_KEYS'
    const earlier = keys.slice(0, index)
    if (earlier.some(({ id }) => id === key.id)) {
      problems.push(`${variable}: the API key ${key.id} is defined twice`)
    } else if (earlier.some(({ secret }) => secret === key.secret)) {
      problems.push(`${variable}: the API key ${key.id} has the secret of another: give it its own`)
    }
  }
}

function parseKeyEntry(entry: string, cloud: string, problems: string[]): Key | null {
  const [id, scopeList, secret, preset, ...rest] = entry.split(':')
  const name = `COUNTERSIGN_KEYS entry ${id ? `"${id}"` : '(without an id)'}`
  if (!id || !scopeList || !secret || rest.length > 0) {
    problems.push(`${name} is not id:scope+scope:secret[:preset]`)
    return null
  }
  const scopes = scopeList.split('+')
  const unknown = scopes.find((scope) => !SCOPES.includes(scope as Scope))
  if (unknown !== undefined) {
    problems.push(`${name} has the scope "${unknown}"; scopes are ${SCOPES.join(', ')}`)
    return null
  }
  const ceiling = preset ? { preset } : {}
  return { cloud, id, secret, scopes: scopes as Scope[], state: 'active', ...ceiling }
}

function readCloudinaryUrl(text: string | undefined, problems: string[]): Key | null {
  if (!text) return null
  const match = /^cloudinary:\/\/([^:@/]+):([^:@/]+)@([^?/]+)/.exec(text)
  const [, id, secret, cloud] = match ?? []
  if (!id || !secret || !cloud) {
    problems.push('CLOUDINARY_URL is not cloudinary://<api_key>:<api_secret>@<cloud_name>')
    return null
  }
  checkCloudName('CLOUDINARY_URL', cloud, problems)
  try {
    return { cloud, id, secret: decodeURIComponent(secret), scopes: SCOPES, state: 'active' }
  } catch {
    problems.push('CLOUDINARY_URL has a secret with a % that is no escape: write it as %25')
    return null
  }
}

function checkCloudName(variable: string, cloud: string, problems: string[]): void {
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(cloud)) {
    problems.push(`${variable}: a cloud name is 1 to 64 letters, digits, - and _`)
  } else if (RESERVED_CLOUD_NAMES.includes(cloud)) {
    problems.push(`${variable}: the cloud name ${cloud} is a route of the server`)
  }
}

function reader(environment: Environment, problems: string[]) {
  function text(name: string, fallback: string): string {
    return environment[name]?.trim() || fallback
  }
  return {
    text,
    integer(
      name: string,
      { fallback, min, max }: { fallback: number; min: number; max: number },
    ): number {
      const raw = text(name, String(fallback))
      const value = Number(raw)
      if (/^\d+$/.test(raw) && value >= min && value <= max) return value
      problems.push(`${name} is "${raw}"; it must be a whole number from ${min} to ${max}`)
      return fallback
    },
    networks(name: string): readonly string[] {
      const networks = text(name, '').split(',').map(trim).filter(Boolean)
      for (const network of networks.filter((one) => !isNetwork(one))) {
        problems.push(`${name}: "${network}" is not an address or a network such as 10.0.0.0/8`)
      }
      return networks
    },
    flag(name: string): boolean {
      const raw = text(name, 'false')
      if (raw === 'true' || raw === '1') return true
      if (raw !== 'false' && raw !== '0')
        problems.push(`${name} is "${raw}"; it must be true or false`)
      return false
    },
    oneOf<const Choice extends string>(
      name: string,
      choices: readonly [Choice, ...Choice[]],
    ): Choice {
      const raw = text(name, choices[0])
      const choice = choices.find((candidate) => candidate === raw)
      if (!choice) problems.push(`${name} is "${raw}"; it must be one of ${choices.join(', ')}`)
      return choice ?? choices[0]
    },
    address(name: string): string | null {
      const raw = text(name, '')
      if (!raw) return null
      if (isHttpAddress(raw)) return raw
      problems.push(`${name} is not an http address`)
      return null
    },
    addresses(name: string): readonly string[] {
      const raw = text(name, '')
        .split(/[\s,]+/)
        .filter(Boolean)
      if (!raw.every(isHttpAddress)) {
        problems.push(`${name} must be http addresses, with commas between`)
      }
      return [...new Set(raw.filter(isHttpAddress))]
    },
    hosts(name: string): readonly string[] {
      const hosts = text(name, '').split(',').map(trim).filter(Boolean)
      for (const host of hosts) {
        if (URL.canParse(`http://${host}`) && /^(\[[0-9a-f:]+\]|[a-z0-9._-]+):\d{1,5}$/.test(host))
          continue
        problems.push(`${name} has "${host}"; each must be host:port, such as files.internal:8080`)
      }
      return hosts
    },
    url(name: string): string | null {
      const raw = text(name, '')
      if (!raw) return null
      const url = URL.canParse(raw) ? new URL(raw) : null
      if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search)
        return url.origin
      problems.push(`${name} is "${raw}"; it must be an address such as https://media.example.com`)
      return null
    },
  }
}

interface Location {
  readonly name: string
  readonly scheme: string
  readonly other: string
  readonly problems: string[]
}

function readLocation(text: string, { name, scheme, other, problems }: Location): string {
  if (text.startsWith(scheme)) return resolve(text.slice(scheme.length))
  problems.push(
    text.startsWith(other)
      ? `${name}: ${other}… is not supported yet; use ${scheme}<path>`
      : `${name} is "${text}"; it must be ${scheme}<path>`,
  )
  return ''
}

/** Networks that have a name with whoever reads the forwarded headers. */
const NAMED_NETWORKS: readonly string[] = ['loopback', 'linklocal', 'uniquelocal']

function isNetwork(text: string): boolean {
  if (NAMED_NETWORKS.includes(text)) return true
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  if (prefix === undefined) return true
  return (
    /^\d{1,3}$/.test(prefix) && Number(prefix) > 0 && Number(prefix) <= (version === 4 ? 32 : 128)
  )
}

function isHttpAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

function trim(text: string): string {
  return text.trim()
}

/** Reads and checks the server's configuration from the environment. Reports all problems at once. @module */

import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { MediaError } from '@countersign/protocol/errors'
import type { Key } from './catalog/key.js'
import { checkWebhookSecret, type Environment, readKeys } from './configured-keys.js'
import { readLimits, type ServerLimits } from './limits.js'

/** The server's configuration. `readConfig` reads it from the environment; tests write their own. */
export interface ServerConfig extends ServerLimits {
  /** `dev` explains refused signatures in its responses and generates every transformation; `serve` does neither. */
  readonly mode: 'dev' | 'serve'
  /** Address to listen on. @default 127.0.0.1 */
  readonly host: string
  /** Port to listen on; 0 for any free port. @default 8787 */
  readonly port: number
  /** Public address that URLs in responses start with. `null` for the address that the server listens on. */
  readonly publicUrl: string | null
  /** API keys from the environment or the data folder. Keys in the catalog are added to them. */
  readonly keys: readonly Key[]
  /** Folder of blobs, staging files, derivatives and the audit log. */
  readonly storageFolder: string
  /** Path of the SQLite database. */
  readonly databaseFile: string
  /** Folder members of responses: `asset_folder` and `display_name` with `dynamic`, `folder` with `fixed`. */
  readonly folderMode: 'dynamic' | 'fixed'
  /** `open`: anybody can request any derivative. `strict`: only the requests that `docs/guide/production.md` lists. */
  readonly transformations: 'open' | 'strict'
  /** True to accept version 1 signature strings for parameters that contain `&`. @default false */
  readonly legacySignatures: boolean
  /** True to refuse SHA-1 signatures. @default false */
  readonly refuseSha1: boolean
  /** URL of the app that is notified of each upload and may answer. `null` for none. */
  readonly completionUrl: string | null
  /** Notification URLs of the operator, which receive every notification. They may be private addresses. */
  readonly notificationUrls: readonly string[]
  /** Secret that signs Countersign's notification headers, and nothing else. `null` for none. */
  readonly webhookSecret: string | null
  /**
   * Hosts, as `host:port`, from which files may be fetched although they are private or use another port. All other hosts must be public,
   * on port 80 or 443.
   */
  readonly remoteAllow: readonly string[]
  /** Addresses or networks of proxies whose `X-Forwarded-For` is trusted; empty for none. @default loopback */
  readonly trustedProxies: readonly string[]
  /** Log level of pino. @default info */
  readonly logLevel: string
}

/**
 * Reads the configuration of `serve`.
 * @throws MediaError CONFIG_INVALID with all problems in `details.problems`, each naming its variable.
 */
export function readConfig(environment: Environment): ServerConfig {
  const { config, problems } = parseConfig(environment)
  if (problems.length === 0) return config
  throw new MediaError('CONFIG_INVALID', {
    message: `The configuration has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    details: { problems },
  })
}

/** Returns the name of every variable that {@link readConfig} reads. */
export function configVariables(): readonly string[] {
  return [...parseConfig({}).names, 'COUNTERSIGN_CLOUD', 'COUNTERSIGN_KEYS', 'CLOUDINARY_URL']
}

function parseConfig(environment: Environment): {
  readonly config: ServerConfig
  readonly problems: readonly string[]
  readonly names: ReadonlySet<string>
} {
  const problems: string[] = []
  const names = new Set<string>()
  const read = reader(environment, { problems, names })
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
    trustedProxies: read.networks('COUNTERSIGN_TRUSTED_PROXIES', 'loopback'),
    logLevel: read.oneOf('COUNTERSIGN_LOG_LEVEL', ['info', 'debug', 'warn', 'error', 'silent']),
  }
  for (const [name, isSet] of [
    ['COUNTERSIGN_COMPLETION_URL', config.completionUrl !== null],
    ['COUNTERSIGN_NOTIFICATION_URLS', config.notificationUrls.length > 0],
  ] as const) {
    if (!isSet || config.webhookSecret) continue
    problems.push(`COUNTERSIGN_WEBHOOK_SECRET is missing: requests to ${name} must be signed`)
  }
  checkWebhookSecret(config.webhookSecret, { keys: config.keys, problems })
  return { config, problems, names }
}

function reader(
  environment: Environment,
  { problems, names }: { readonly problems: string[]; readonly names: Set<string> },
) {
  function text(name: string, fallback: string): string {
    names.add(name)
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
    networks(name: string, fallback: string): readonly string[] {
      const networks = text(name, fallback).split(',').map(trim).filter(Boolean)
      if (networks.length === 1 && networks[0] === NO_NETWORK) return []
      for (const network of networks.filter((one) => !isNetwork(one))) {
        problems.push(
          `${name}: "${network}" is not an address or a network such as 10.0.0.0/8, nor is it "${NO_NETWORK}" alone`,
        )
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

/** Value for an empty list of networks. Without the variable, its default applies. */
const NO_NETWORK = 'none'

/** Network names that `@fastify/proxy-addr` accepts. */
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

/** `countersign keys create|list|rotate|revoke`: manages the keys in the catalog. @module */

import { parseArgs } from 'node:util'
import { SCOPES, type Scope } from '@countersign/protocol/params'
import { type Key, RESERVED_CLOUD_NAMES } from '@countersign/server/catalog'
import { createKeyId, createSecret, devKeys } from '../dev-data.js'
import { findStores, missingCatalog, type Stores, shortPath } from '../find-stores.js'
import { withAuditedCatalog, withCatalog } from '../open-catalog.js'
import { serverUrl } from '../server-url.js'
import { layOutTable } from '../table.js'
import { UsageError } from '../usage-error.js'

const VERBS: ReadonlyMap<string, (args: readonly string[]) => Promise<void>> = new Map([
  ['create', createKey],
  ['list', listKeys],
  ['rotate', rotateKey],
  ['revoke', revokeKey],
])

const NAME_THE_KEY = 'name the key: its id, as keys list shows it'

/** Creates, lists, rotates or revokes keys. */
export async function keys([verb = '', ...args]: readonly string[]): Promise<void> {
  const run = VERBS.get(verb)
  if (!run) throw new UsageError(`use keys ${[...VERBS.keys()].join(', keys ')}`)
  await run(args)
}

async function createKey(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cloud: { type: 'string' },
      scopes: { type: 'string', default: 'upload' },
      preset: { type: 'string' },
    },
  })
  const { dev } = await findStores()
  const key = newKey({
    cloud: readCloud(values.cloud ?? dev?.cloudName),
    scopes: readScopes(values.scopes),
    ...(values.preset === undefined ? {} : { preset: values.preset }),
  })
  await withAuditedCatalog({ action: 'keys create', creates: true }, (catalog) =>
    catalog.createKey({ ...key, now: Date.now() }),
  )
  print(`Created a key of the cloud ${key.cloud} with scope ${key.scopes.join('+')}. Its secret is shown only once:

${linesOf(key)}
`)
}

async function listKeys(): Promise<void> {
  const stores = await findStores()
  const missing = await missingCatalog(stores)
  if (missing !== null && !stores.dev) throw new UsageError(missing)
  const stored = missing === null ? await withCatalog((catalog) => catalog.listKeys()) : []
  const rows = [
    ...(stores.dev ? devKeys(stores.dev).map((key) => toRow(key, 'dev.json')) : []),
    ...stored.map((key) => toRow(key, 'catalog')),
  ]
  if (rows.length === 0) {
    print('No keys yet. Make one with: countersign keys create --cloud <name>\n')
    return
  }
  print(`${layOutTable([['cloud', 'key', 'scopes', 'preset', 'state', 'kept in'], ...rows])}\n`)
}

function toRow({ cloud, id, scopes, preset, state }: Key, keptIn: string): readonly string[] {
  return [cloud, id, scopes.join('+'), preset ?? '-', state, keptIn]
}

async function rotateKey([keyId]: readonly string[]): Promise<void> {
  if (keyId === undefined) throw new UsageError(NAME_THE_KEY)
  const { old, key } = await withAuditedCatalog(
    { action: 'keys rotate' },
    async (catalog, stores) => {
      const found = await findKey(catalog.listKeys(), { keyId, stores })
      const { cloud, scopes, preset } = found
      const made = newKey({ cloud, scopes, ...(preset === undefined ? {} : { preset }) })
      await catalog.createKey({ ...made, now: Date.now() })
      await catalog.writeKeyState({ keyId: found.id, state: 'verify-only', now: Date.now() })
      return { old: found, key: made }
    },
  )
  print(`Created a key with the cloud, scopes and preset of ${old.id}. Its secret is shown only once:

${linesOf(key)}

Both keys are valid now. Deploy the new key. 60 minutes after the last page with the old key is closed, run:

countersign keys revoke ${old.id}
`)
}

async function revokeKey([keyId]: readonly string[]): Promise<void> {
  if (keyId === undefined) throw new UsageError(NAME_THE_KEY)
  await withAuditedCatalog({ action: 'keys revoke' }, async (catalog, stores) => {
    const { id } = await findKey(catalog.listKeys(), { keyId, stores })
    await catalog.writeKeyState({ keyId: id, state: 'revoked', now: Date.now() })
  })
  print(`Revoked ${keyId}. Every server that uses this catalog refuses it within 5 seconds.\n`)
}

async function findKey(
  list: Promise<readonly Key[]>,
  { keyId, stores }: { readonly keyId: string; readonly stores: Stores },
): Promise<Key> {
  const key = (await list).find(({ id }) => id === keyId)
  if (key) return key
  const catalog = shortPath(stores.databaseFile)
  if (stores.dev && devKeys(stores.dev).some(({ id }) => id === keyId)) {
    throw new UsageError(
      `the key ${keyId} is one of countersign dev, kept in dev.json. Only keys in the catalog (${catalog}) can be rotated or revoked`,
    )
  }
  throw new UsageError(
    `there is no key ${keyId} in this catalog (${catalog}); one from COUNTERSIGN_KEYS is changed where that is set`,
  )
}

function newKey(key: Pick<Key, 'cloud' | 'scopes' | 'preset'>): Key {
  return { ...key, id: createKeyId(), secret: createSecret(), state: 'active' }
}

function linesOf(key: Key): string {
  // A key with more scopes than `upload` is for the back end. Its lines must not suit an app that
  // signs for browsers.
  if (key.scopes.some((scope) => scope !== 'upload')) {
    return `CLOUDINARY_URL=cloudinary://${key.id}:${key.secret}@${key.cloud}?upload_prefix=${serverUrl(process.env)}`
  }
  return [
    `NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME=${key.cloud}`,
    `NEXT_PUBLIC_CLOUDINARY_API_KEY=${key.id}`,
    `CLOUDINARY_API_SECRET=${key.secret}`,
  ].join('\n')
}

function readCloud(text: string | undefined): string {
  if (text === undefined) {
    throw new UsageError('--cloud is missing: the name of the cloud that the key belongs to')
  }
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(text) || RESERVED_CLOUD_NAMES.includes(text)) {
    throw new UsageError(
      `--cloud ${text}: 1 to 64 letters, digits, - and _, and none of ${RESERVED_CLOUD_NAMES.join(', ')}`,
    )
  }
  return text
}

function readScopes(text: string): readonly Scope[] {
  const scopes = text.split('+')
  const isKnown = scopes.every((scope) => SCOPES.includes(scope as Scope))
  if (!isKnown) {
    throw new UsageError(`--scopes ${text}: scopes are ${SCOPES.join(', ')}, joined with +`)
  }
  return scopes as Scope[]
}

function print(text: string): void {
  process.stdout.write(text)
}

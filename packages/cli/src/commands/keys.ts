/** `countersign keys create|list`: keys as rows of the catalog. @module */

import { parseArgs } from 'node:util'
import { SCOPES, type Scope } from '@countersign/protocol/params'
import {
  createSqliteCatalog,
  type Key,
  RESERVED_CLOUD_NAMES,
  readConfig,
} from '@countersign/server'
import { createKeyId, createSecret } from '../dev-data.js'
import { UsageError } from '../usage-error.js'

/** Make or list keys. */
export async function keys([verb, ...args]: readonly string[]): Promise<void> {
  if (verb === 'create') return createKey(args)
  if (verb === 'list') return listKeys()
  throw new UsageError('say keys create or keys list')
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
  const key: Key = {
    cloud: readCloud(values.cloud),
    id: createKeyId(),
    secret: createSecret(),
    scopes: readScopes(values.scopes),
    state: 'active',
    ...(values.preset === undefined ? {} : { preset: values.preset }),
  }
  await withCatalog((catalog) => catalog.createKey({ ...key, now: Date.now() }))
  process.stdout.write(`Made a key of the cloud ${key.cloud} with scope ${key.scopes.join('+')}. Its secret is shown this once:

NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME=${key.cloud}
NEXT_PUBLIC_CLOUDINARY_API_KEY=${key.id}
CLOUDINARY_API_SECRET=${key.secret}
`)
}

async function listKeys(): Promise<void> {
  const rows = await withCatalog((catalog) => catalog.listKeys())
  if (rows.length === 0) {
    process.stdout.write('No keys yet. Make one with: countersign keys create --cloud <name>\n')
    return
  }
  const table = rows.map(({ cloud, id, scopes, preset, state }) => [
    cloud,
    id,
    scopes.join('+'),
    preset ?? '-',
    state,
  ])
  process.stdout.write(`${layOut([['cloud', 'key', 'scopes', 'preset', 'state'], ...table])}\n`)
}

async function withCatalog<Result>(
  use: (catalog: Awaited<ReturnType<typeof createSqliteCatalog>>) => Promise<Result>,
): Promise<Result> {
  const catalog = await createSqliteCatalog({ path: readConfig(process.env).databaseFile })
  try {
    return await use(catalog)
  } finally {
    await catalog.close()
  }
}

function readCloud(text: string | undefined): string {
  if (text === undefined)
    throw new UsageError('--cloud is missing: the name of the cloud that the key belongs to')
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(text) || RESERVED_CLOUD_NAMES.includes(text)) {
    throw new UsageError(
      `--cloud ${text}: 1 to 64 letters, digits, - and _, and none of ${RESERVED_CLOUD_NAMES.join(', ')}`,
    )
  }
  return text
}

function readScopes(text: string): readonly Scope[] {
  const scopes = text.split('+')
  const unknown = scopes.find((scope) => !SCOPES.includes(scope as Scope))
  if (unknown !== undefined)
    throw new UsageError(`--scopes ${text}: scopes are ${SCOPES.join(', ')}, joined with +`)
  return scopes as Scope[]
}

function layOut(rows: readonly (readonly string[])[]): string {
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

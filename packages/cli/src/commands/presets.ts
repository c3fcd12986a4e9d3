/** `countersign presets list|show|set`: manages the upload presets of a cloud. @module */

import { parseArgs } from 'node:util'
import { parseLimits, serializeLimits, toWireLimits } from '@countersign/protocol/limits'
import { type Catalog, defaultPreset, type Preset } from '@countersign/server/catalog'
import { type Stores, shortPath } from '../find-stores.js'
import { withAuditedCatalog, withCatalog } from '../open-catalog.js'
import { layOutTable } from '../table.js'
import { UsageError } from '../usage-error.js'

const OPTIONS = {
  cloud: { type: 'string' },
  accept: { type: 'string' },
  'max-bytes': { type: 'string' },
  'max-pixels': { type: 'string' },
  'resource-types': { type: 'string' },
  sources: { type: 'string' },
  overwrite: { type: 'string' },
  unsigned: { type: 'string' },
  'disallow-public-id': { type: 'string' },
} as const

/** Options that hold limits as lists and as numbers. */
const LISTS = ['accept', 'resource-types', 'sources'] as const
const NUMBERS = ['max-bytes', 'max-pixels'] as const

type Values = { [Name in keyof typeof OPTIONS]?: string }

/** Lists, shows or changes presets. */
export async function presets([verb, ...args]: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: OPTIONS,
    allowPositionals: true,
  })
  const [name] = positionals
  if (verb === 'list') return withCatalog((catalog, stores) => list({ catalog, stores }, values))
  if (verb !== 'show' && verb !== 'set')
    throw new UsageError('use presets list, presets show or presets set')
  if (name === undefined) {
    throw new UsageError(
      verb === 'show'
        ? 'name the preset: presets show default'
        : 'name the preset, and what it allows: presets set default --max-bytes 5000000',
    )
  }
  return verb === 'show'
    ? withCatalog((catalog, stores) => show({ catalog, stores }, name, values))
    : withAuditedCatalog({ action: 'presets set', creates: true }, (catalog, stores) =>
        set({ catalog, stores }, name, values),
      )
}

interface Opened {
  readonly catalog: Catalog
  readonly stores: Stores
}

async function list(opened: Opened, values: Values): Promise<void> {
  const cloud = await cloudOf(opened, values)
  const { catalog } = opened
  const { presets: stored } = await catalog.listPresets({ cloud, maxResults: 500 })
  const hasDefault = stored.some(({ name }) => name === 'default')
  const rows = [...(hasDefault ? [] : [defaultPreset(cloud)]), ...stored]
  const table = rows.map((preset) => [
    preset.name,
    preset.isUnsigned ? 'unsigned' : 'signed',
    preset.limits ? serializeLimits(preset.limits) : '-',
  ])
  process.stdout.write(`${layOutTable([['preset', 'use', 'limits'], ...table])}\n`)
}

async function show(opened: Opened, name: string, values: Values): Promise<void> {
  const preset = await readPreset(opened.catalog, await cloudOf(opened, values), name)
  if (!preset) throw new UsageError(`there is no preset ${name}`)
  const { isUnsigned, disallowPublicId, settings, limits } = preset
  const shown = {
    name,
    unsigned: isUnsigned,
    disallow_public_id: disallowPublicId,
    settings,
    ...(limits ? { limits: toWireLimits(limits) } : {}),
  }
  process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`)
}

async function set(opened: Opened, name: string, values: Values): Promise<void> {
  const cloud = await cloudOf(opened, values)
  const { catalog } = opened
  const before = await readPreset(catalog, cloud, name)
  const wire = { ...(before?.limits ? toWireLimits(before.limits) : {}), ...limitsOf(values) }
  const parsed = parseLimits(wire)
  if (!parsed.ok)
    throw new UsageError(parsed.reason.replace(/^limits\./, '--').replaceAll('_', '-'))
  const preset: Preset = {
    cloud,
    name,
    isUnsigned: readYesNo('unsigned', values.unsigned) ?? before?.isUnsigned ?? false,
    disallowPublicId:
      readYesNo('disallow-public-id', values['disallow-public-id']) ??
      before?.disallowPublicId ??
      false,
    settings: before?.settings ?? {},
    limits: parsed.limits,
  }
  await catalog.writePreset({ ...preset, replace: true, now: Date.now() })
  process.stdout.write(`Preset ${name} of ${cloud}: ${serializeLimits(parsed.limits)}\n`)
}

/** Returns a stored preset. Every cloud has the preset `default`, even if it is not stored. */
async function readPreset(catalog: Catalog, cloud: string, name: string): Promise<Preset | null> {
  return (
    (await catalog.readPreset({ cloud, name })) ??
    (name === 'default' ? defaultPreset(cloud) : null)
  )
}

function limitsOf(values: Values): Record<string, unknown> {
  const limits: Record<string, unknown> = {}
  for (const name of LISTS) {
    if (values[name] !== undefined) limits[name.replace('-', '_')] = values[name].split(',')
  }
  for (const name of NUMBERS) {
    if (values[name] !== undefined) limits[name.replace('-', '_')] = Number(values[name])
  }
  const overwrite = readYesNo('overwrite', values.overwrite)
  return overwrite === undefined ? limits : { ...limits, overwrite }
}

function readYesNo(name: string, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined
  if (text === 'yes' || text === 'true') return true
  if (text === 'no' || text === 'false') return false
  throw new UsageError(`--${name} is yes or no, not ${text}`)
}

/** Returns the cloud of the command: `--cloud`, the cloud of `countersign dev`, or the only cloud that `serve` knows. */
async function cloudOf({ catalog, stores }: Opened, { cloud }: Values): Promise<string> {
  if (cloud !== undefined) return cloud
  if (stores.dev) return stores.dev.cloudName
  const configured = process.env.COUNTERSIGN_CLOUD?.trim()
  const clouds = new Set((await catalog.listKeys()).map((key) => key.cloud))
  if (configured) clouds.add(configured)
  const [only] = clouds
  if (only !== undefined && clouds.size === 1) return only
  const found = clouds.size === 0 ? 'has no key' : `has keys of ${[...clouds].join(', ')}`
  throw new UsageError(`--cloud is missing: ${shortPath(stores.databaseFile)} ${found}`)
}

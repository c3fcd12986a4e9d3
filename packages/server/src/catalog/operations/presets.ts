/** Upload presets. @module */

import { parseLimits, toWireLimits } from '@countersign/protocol/limits'
import type { Selectable } from 'kysely'
import type { Preset } from '../key.js'
import { all, first, type Operation, type Queries, run } from '../operation.js'
import { statement } from '../statement.js'
import type { PresetRow } from '../tables.js'

/** Reads an upload preset by name. */
export function* readPreset(
  queries: Queries,
  query: { cloud: string; name: string },
): Operation<Preset | null> {
  const row = yield* first(selectPreset(queries, query))
  return row ? toPreset(row) : null
}

const selectPreset = statement((queries, query: { cloud: string; name: string }) =>
  queries
    .selectFrom('presets')
    .selectAll()
    .where('cloud', '=', query.cloud)
    .where('name', '=', query.name),
)

/** Returns one page of upload presets, ordered by name. The cursor is the last name, in hex. */
export function* listPresets(
  queries: Queries,
  query: { cloud: string; maxResults: number; cursor?: string },
): Operation<{ presets: readonly Preset[]; nextCursor?: string }> {
  let select = queries.selectFrom('presets').selectAll().where('cloud', '=', query.cloud)
  if (query.cursor) {
    select = select.where('name', '>', Buffer.from(query.cursor, 'hex').toString('utf8'))
  }
  const rows = yield* all(select.orderBy('name').limit(query.maxResults + 1))
  const presets = rows.slice(0, query.maxResults).map(toPreset)
  const last = presets.at(-1)
  if (rows.length <= query.maxResults || !last) return { presets }
  return { presets, nextCursor: Buffer.from(last.name).toString('hex') }
}

/** Creates an upload preset, or replaces it if `replace` is set. Returns false if the name is taken otherwise. */
export function* writePreset(
  queries: Queries,
  preset: Preset & { replace: boolean; now: number },
): Operation<boolean> {
  const key = { cloud: preset.cloud, name: preset.name }
  const existing = yield* readPreset(queries, key)
  if (existing && !preset.replace) return false
  const { limits } = preset
  const settings = limits ? { ...preset.settings, limits: toWireLimits(limits) } : preset.settings
  const row = {
    is_unsigned: Number(preset.isUnsigned),
    disallow_public_id: Number(preset.disallowPublicId),
    settings: JSON.stringify(settings),
    updated_at: preset.now,
  }
  yield* run(
    existing
      ? queries
          .updateTable('presets')
          .set(row)
          .where('cloud', '=', preset.cloud)
          .where('name', '=', preset.name)
      : queries.insertInto('presets').values({ ...key, ...row, created_at: preset.now }),
  )
  return true
}

/** Deletes an upload preset. Returns false if there was none. */
export function* destroyPreset(
  queries: Queries,
  query: { cloud: string; name: string },
): Operation<boolean> {
  const { cloud, name } = query
  const changes = yield* run(
    queries.deleteFrom('presets').where('cloud', '=', cloud).where('name', '=', name),
  )
  return changes > 0
}

function toPreset(row: Selectable<PresetRow>): Preset {
  const { limits: wireLimits, ...settings } = JSON.parse(row.settings)
  const parsed = wireLimits === undefined ? undefined : parseLimits(wireLimits)
  return {
    cloud: row.cloud,
    name: row.name,
    isUnsigned: row.is_unsigned === 1,
    disallowPublicId: row.disallow_public_id === 1,
    settings,
    ...(parsed?.ok ? { limits: parsed.limits } : {}),
  }
}

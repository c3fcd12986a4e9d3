/** Reads assets by name, by id, and in pages. @module */

import { sql } from 'kysely'
import type { Asset, AssetName, AssetPage, AssetQuery } from '../asset.js'
import { all, first, type Operation, type Queries } from '../operation.js'
import { nameColumns, toAsset } from './asset-rows.js'

/** Reads an asset by name. */
export function* readAsset(queries: Queries, name: AssetName): Operation<Asset | null> {
  const row = yield* first(
    queries
      .selectFrom('assets')
      .selectAll()
      .where((eb) => eb.and(nameColumns(name))),
  )
  return row ? toAsset(row) : null
}

/** Reads an asset by its immutable id. */
export function* readAssetById(
  queries: Queries,
  query: { cloud: string; assetId: string },
): Operation<Asset | null> {
  const row = yield* first(
    queries
      .selectFrom('assets')
      .selectAll()
      .where('cloud', '=', query.cloud)
      .where('asset_id', '=', query.assetId),
  )
  return row ? toAsset(row) : null
}

/** Returns one page of assets: newest first, or ordered by public id if a prefix is given. */
export function* listAssets(queries: Queries, query: AssetQuery): Operation<AssetPage> {
  const byName = query.prefix !== undefined
  const direction = query.direction ?? (byName ? 'asc' : 'desc')
  const after = query.cursor === undefined ? null : parseCursor(query.cursor)
  let select = queries
    .selectFrom('assets')
    .selectAll()
    .where('cloud', '=', query.cloud)
    .where('resource_type', '=', query.resourceType as string)
  if (query.deliveryType) select = select.where('delivery_type', '=', query.deliveryType as string)
  if (query.publicIds) select = select.where('public_id', 'in', [...query.publicIds])
  const { tag } = query
  if (tag !== undefined) {
    select = select.where('asset_id', 'in', (tagged) =>
      tagged
        .selectFrom('asset_tags')
        .select('asset_id')
        .where('cloud', '=', query.cloud)
        .where('resource_type', '=', query.resourceType as string)
        .where('tag', '=', tag),
    )
  }
  if (query.prefix) {
    select = select.where(
      sql<boolean>`substr(public_id, 1, length(${query.prefix})) = ${query.prefix}`,
    )
  }
  const column = byName ? ('public_id' as const) : ('created_at' as const)
  if (after) {
    const operator = direction === 'asc' ? '>' : '<'
    select = select.where((eb) =>
      eb.or([
        eb(column, operator, after.value as never),
        eb.and([eb(column, '=', after.value as never), eb('asset_id', operator, after.assetId)]),
      ]),
    )
  }
  const rows = yield* all(
    select
      .orderBy(column, direction)
      .orderBy('asset_id', direction)
      .limit(query.maxResults + 1),
  )
  const assets = rows.slice(0, query.maxResults).map(toAsset)
  const last = assets.at(-1)
  if (rows.length <= query.maxResults || !last) return { assets }
  return {
    assets,
    nextCursor: serializeCursor(byName ? last.publicId : last.createdAt, last.assetId),
  }
}

function serializeCursor(value: string | number, assetId: string): string {
  return Buffer.from(JSON.stringify([value, assetId])).toString('hex')
}

function parseCursor(cursor: string): { value: string | number; assetId: string } | null {
  try {
    const [value, assetId] = JSON.parse(Buffer.from(cursor, 'hex').toString('utf8'))
    const isValue = typeof value === 'string' || typeof value === 'number'
    return isValue && typeof assetId === 'string' ? { value, assetId } : null
  } catch {
    return null
  }
}

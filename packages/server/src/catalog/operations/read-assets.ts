/** Reads assets by name, by id, and in pages. @module */

import { sql } from 'kysely'
import type { Asset, AssetName, AssetPage, AssetQuery, DeliveryType } from '../asset.js'
import { all, first, type Operation, type Queries } from '../operation.js'
import { statement } from '../statement.js'
import { nameColumns, toAsset } from './asset-rows.js'

/** Reads an asset by name. */
export function* readAsset(queries: Queries, name: AssetName): Operation<Asset | null> {
  const row = yield* first(selectByName(queries, nameColumns(name)))
  return row ? toAsset(row) : null
}

const selectByName = statement((queries, name: ReturnType<typeof nameColumns>) =>
  queries
    .selectFrom('assets')
    .selectAll()
    .where('cloud', '=', name.cloud)
    .where('resource_type', '=', name.resource_type)
    .where('delivery_type', '=', name.delivery_type)
    .where('public_id', '=', name.public_id),
)

/** Reads an asset by its immutable id. */
export function* readAssetById(
  queries: Queries,
  query: { cloud: string; assetId: string },
): Operation<Asset | null> {
  const row = yield* first(selectById(queries, query))
  return row ? toAsset(row) : null
}

const selectById = statement((queries, query: { cloud: string; assetId: string }) =>
  queries
    .selectFrom('assets')
    .selectAll()
    .where('cloud', '=', query.cloud)
    .where('asset_id', '=', query.assetId),
)

/** Returns one page of assets: newest first, or ordered by public id if a prefix is given. */
export function* listAssets(queries: Queries, query: AssetQuery): Operation<AssetPage> {
  const byName = query.prefix !== undefined
  const order: Order = {
    column: byName ? 'public_id' : 'created_at',
    direction: query.direction ?? (byName ? 'asc' : 'desc'),
    after: query.cursor === undefined ? null : parseCursor(query.cursor),
    limit: query.maxResults + 1,
  }
  const rows = yield* all(
    query.tag === undefined
      ? selectTypes(queries, query, order)
      : selectTagged(queries, { ...query, tag: query.tag }, order),
  )
  const assets = rows.slice(0, query.maxResults).map(toAsset)
  const last = assets.at(-1)
  if (rows.length <= query.maxResults || !last) return { assets }
  return {
    assets,
    nextCursor: serializeCursor(byName ? last.publicId : last.createdAt, last.assetId),
  }
}

const DELIVERY_TYPES: readonly DeliveryType[] = ['upload', 'private', 'authenticated']

/** Order and position of a page. */
interface Order {
  readonly column: 'public_id' | 'created_at'
  readonly direction: 'asc' | 'desc'
  readonly after: { readonly value: string | number; readonly assetId: string } | null
  readonly limit: number
}

/** Selects a page across delivery types. Indexes are ordered within one type, so each type gives its own page, and the pages are merged. */
function selectTypes(queries: Queries, query: AssetQuery, order: Order) {
  const types = query.deliveryType ? [query.deliveryType] : DELIVERY_TYPES
  return types
    .map((type) =>
      queries.selectFrom(selectType(queries, { ...query, type }, order).as('page')).selectAll(),
    )
    .reduce((merged, page) => merged.unionAll(page))
    .orderBy(order.column, order.direction)
    .orderBy('asset_id', order.direction)
    .limit(order.limit)
}

function selectType(queries: Queries, query: AssetQuery & { readonly type: string }, order: Order) {
  const { column, direction, after, limit } = order
  const operator = direction === 'asc' ? '>' : '<'
  let select = queries
    .selectFrom('assets')
    .selectAll()
    .where('cloud', '=', query.cloud)
    .where('resource_type', '=', query.resourceType as string)
    .where('delivery_type', '=', query.type)
  if (query.publicIds) select = select.where('public_id', 'in', [...query.publicIds])
  if (query.prefix) {
    select = select.where(hasPrefix(query.prefix)).where('public_id', '>=', query.prefix)
    const end = endOfPrefix(query.prefix)
    if (end !== null) select = select.where('public_id', '<', end)
  }
  if (after) {
    select = select.where((eb) =>
      eb.or([
        eb(column, operator, after.value as never),
        eb.and([eb(column, '=', after.value as never), eb('asset_id', operator, after.assetId)]),
      ]),
    )
    // The index seeks to this bound. It cannot use the condition above.
    select = select.where(column, direction === 'asc' ? '>=' : '<=', after.value as never)
  }
  return select.orderBy(column, direction).orderBy('asset_id', direction).limit(limit)
}

/** Selects a page of a tag. The index of tags is in the order of creation, so the query reads no other assets. */
function selectTagged(
  queries: Queries,
  query: AssetQuery & { readonly tag: string },
  order: Order,
) {
  const { direction, after, limit } = order
  const operator = direction === 'asc' ? '>' : '<'
  const column = order.column === 'created_at' ? 'asset_tags.created_at' : 'assets.public_id'
  let select = queries
    .selectFrom('asset_tags')
    .innerJoin('assets', 'assets.asset_id', 'asset_tags.asset_id')
    .selectAll('assets')
    .where('asset_tags.cloud', '=', query.cloud)
    .where('asset_tags.resource_type', '=', query.resourceType as string)
    .where('asset_tags.tag', '=', query.tag)
  if (query.deliveryType)
    select = select.where('assets.delivery_type', '=', query.deliveryType as string)
  if (query.publicIds) select = select.where('assets.public_id', 'in', [...query.publicIds])
  if (query.prefix) select = select.where(hasPrefix(query.prefix))
  if (after) {
    select = select.where((eb) =>
      eb.or([
        eb(column, operator, after.value as never),
        eb.and([
          eb(column, '=', after.value as never),
          eb('asset_tags.asset_id', operator, after.assetId),
        ]),
      ]),
    )
    select = select.where(column, direction === 'asc' ? '>=' : '<=', after.value as never)
  }
  return select.orderBy(column, direction).orderBy('asset_tags.asset_id', direction).limit(limit)
}

function hasPrefix(prefix: string) {
  return sql<boolean>`substr(public_id, 1, length(${prefix})) = ${prefix}`
}

/** Returns the first text after all texts with a prefix, in the order of code points. `null` if there is none. */
function endOfPrefix(prefix: string): string | null {
  const points = [...prefix].map((character) => character.codePointAt(0) ?? 0)
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    // Code points of surrogates are no text of their own.
    const next = last === 0xd7ff ? 0xe000 : last + 1
    if (next <= 0x10ffff) return String.fromCodePoint(...points, next)
  }
  return null
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

/** Maintains the table of tags, which finds assets by tag without reading every asset. @module */

import { sql } from 'kysely'
import type { Asset } from '../asset.js'
import { all, type Operation, type Queries, run } from '../operation.js'

/** Returns one page of the tags in use. The cursor is the last tag, in hex. */
export function* listTags(
  queries: Queries,
  query: {
    cloud: string
    resourceType: string
    prefix?: string
    maxResults: number
    cursor?: string
  },
): Operation<{ tags: readonly string[]; nextCursor?: string }> {
  let select = queries
    .selectFrom('asset_tags')
    .select('tag')
    .distinct()
    .where('cloud', '=', query.cloud)
    .where('resource_type', '=', query.resourceType)
  if (query.prefix) {
    select = select.where(sql<boolean>`substr(tag, 1, length(${query.prefix})) = ${query.prefix}`)
  }
  if (query.cursor) {
    select = select.where('tag', '>', Buffer.from(query.cursor, 'hex').toString('utf8'))
  }
  const rows = yield* all(select.orderBy('tag').limit(query.maxResults + 1))
  const tags = rows.slice(0, query.maxResults).map((row) => row.tag)
  const last = tags.at(-1)
  if (rows.length <= query.maxResults || last === undefined) return { tags }
  return { tags, nextCursor: Buffer.from(last).toString('hex') }
}

/** Updates the tag table for an asset. `previous` holds the tags that it had before. */
export function* writeTags(
  queries: Queries,
  asset: Pick<Asset, 'cloud' | 'resourceType' | 'assetId' | 'tags'>,
  previous: readonly string[],
): Operation<void> {
  const gone = previous.filter((tag) => !asset.tags.includes(tag))
  const added = asset.tags.filter((tag) => !previous.includes(tag))
  if (gone.length > 0) {
    yield* run(
      queries
        .deleteFrom('asset_tags')
        .where('asset_id', '=', asset.assetId)
        .where('tag', 'in', gone),
    )
  }
  if (added.length === 0) return
  const { cloud, resourceType, assetId } = asset
  yield* run(
    queries
      .insertInto('asset_tags')
      .values(added.map((tag) => ({ cloud, resource_type: resourceType, tag, asset_id: assetId }))),
  )
}

/** Maintains the table of tags, which finds assets by tag without reading every asset. @module */

import { sql } from 'kysely'
import type { Asset } from '../asset.js'
import { all, type Operation, type Queries, run } from '../operation.js'
import { insertion } from '../statement.js'

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
  const { cloud, resourceType, prefix = '' } = query
  const after = query.cursor ? Buffer.from(query.cursor, 'hex').toString('utf8') : ''
  const place = { cloud, resource_type: resourceType }
  const hasPrefix = sql<boolean>`substr(used.tag, 1, length(${prefix})) = ${prefix}`
  // Steps from tag to tag in the index. `select distinct` would read a row for each tag of each asset.
  const found = yield* all(
    queries
      .withRecursive('used(tag)', (with_) =>
        with_
          .selectFrom('asset_tags')
          .select((eb) => eb.fn.min<string | null>('tag').as('tag'))
          .where((eb) => eb.and(place))
          .where('tag', '>=', prefix)
          .where('tag', '>', after)
          .unionAll(
            with_
              .selectFrom('used')
              .select((eb) =>
                eb
                  .selectFrom('asset_tags')
                  .select((inner) => inner.fn.min('asset_tags.tag').as('tag'))
                  .where((inner) => inner.and(place))
                  .whereRef('asset_tags.tag', '>', 'used.tag')
                  .as('tag'),
              )
              .where('used.tag', 'is not', null)
              .where(hasPrefix),
          ),
      )
      .selectFrom('used')
      .select('used.tag')
      .where('used.tag', 'is not', null)
      .where(hasPrefix)
      .limit(query.maxResults + 1),
  )
  const rows = found.map((row) => ({ tag: String(row.tag) }))
  const tags = rows.slice(0, query.maxResults).map((row) => row.tag)
  const last = tags.at(-1)
  if (rows.length <= query.maxResults || last === undefined) return { tags }
  return { tags, nextCursor: Buffer.from(last).toString('hex') }
}

/** Updates the tag table for an asset. `previous` holds the tags that it had before. */
export function* writeTags(
  queries: Queries,
  asset: Pick<Asset, 'cloud' | 'resourceType' | 'assetId' | 'tags' | 'createdAt'>,
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
  const { cloud, resourceType, assetId, createdAt } = asset
  const owner = { cloud, resource_type: resourceType, asset_id: assetId, created_at: createdAt }
  for (const tag of added) yield* run(insertTag(queries, { ...owner, tag }))
}

const insertTag = insertion('asset_tags', [
  'cloud',
  'resource_type',
  'asset_id',
  'created_at',
  'tag',
])

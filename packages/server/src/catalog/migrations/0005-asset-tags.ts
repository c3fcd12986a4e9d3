/** Finds assets by tag. @module */

import { all, type Operation, type Queries, run } from '../operation.js'
import type { Migration } from './index.js'

const PAGE = 500

/** Creates a table of tags and fills it from the existing assets. */
export const assetTags: Migration = {
  id: '0005-asset-tags',
  statements: [
    `create table asset_tags (
      cloud text not null, resource_type text not null, tag text not null, asset_id text not null,
      primary key (cloud, resource_type, tag, asset_id))`,
    'create index asset_tags_by_asset on asset_tags (asset_id)',
  ],
  fill,
}

function* fill(queries: Queries): Operation<void> {
  let after = ''
  for (;;) {
    const rows = yield* all(
      queries
        .selectFrom('assets')
        .select(['asset_id', 'cloud', 'resource_type', 'tags'])
        .where('asset_id', '>', after)
        .orderBy('asset_id')
        .limit(PAGE),
    )
    for (const { tags, ...asset } of rows) {
      const values = (JSON.parse(tags) as string[]).map((tag) => ({ ...asset, tag }))
      if (values.length > 0) yield* run(queries.insertInto('asset_tags').values(values))
    }
    const last = rows.at(-1)
    if (!last) return
    after = last.asset_id
  }
}

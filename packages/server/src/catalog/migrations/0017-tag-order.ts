/** Lists the assets of a tag in order, without sorting all of them. @module */

import type { Migration } from './index.js'

/** Adds the creation time of the asset to each tag, and an index in the order of lists. */
export const tagOrder: Migration = {
  id: '0017-tag-order',
  statements: [
    'alter table asset_tags add column created_at bigint not null default 0',
    `update asset_tags set created_at =
      coalesce((select assets.created_at from assets where assets.asset_id = asset_tags.asset_id), 0)`,
    'create index asset_tags_by_age on asset_tags (cloud, resource_type, tag, created_at, asset_id)',
  ],
}

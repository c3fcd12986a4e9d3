/** Fields of structured metadata. @module */

import type { Migration } from './index.js'

/** What a cloud defines; the values stand with the assets. A deleted field keeps its row, so that its id is never used again. */
export const metadataFields: Migration = {
  id: '0011-metadata-fields',
  statements: [
    `create table metadata_fields (
      cloud text not null, external_id text not null, definition text not null, revision integer not null,
      created_at bigint not null, updated_at bigint not null, deleted_at bigint, primary key (cloud, external_id))`,
  ],
}

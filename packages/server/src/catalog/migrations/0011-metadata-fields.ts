/** Stores structured metadata fields. @module */

import type { Migration } from './index.js'

/**
 * Creates a table of a cloud's structured metadata fields. The values are stored with the assets. A deleted field keeps its row, so that
 * its id is never reused.
 */
export const metadataFields: Migration = {
  id: '0011-metadata-fields',
  statements: [
    `create table metadata_fields (
      cloud text not null, external_id text not null, definition text not null, revision integer not null,
      created_at bigint not null, updated_at bigint not null, deleted_at bigint, primary key (cloud, external_id))`,
  ],
}

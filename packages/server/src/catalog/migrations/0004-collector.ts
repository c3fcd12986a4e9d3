/** Stores the collector's sightings of blobs without a row, and which blobs are quarantined. @module */

import type { Migration } from './index.js'

/** Adds the `orphans` table, the quarantine column, and the indexes that a collector pass needs. */
export const collector: Migration = {
  id: '0004-collector',
  statements: [
    `create table orphans (
      blob_id text primary key, cloud text not null, first_seen_at bigint not null, last_seen_at bigint not null)`,
    'alter table blobs add column quarantined_at bigint',
    'create index blobs_by_age on blobs (created_at)',
    'create index versions_by_blob on versions (blob_id)',
    'create index assets_by_blob on assets (blob_id)',
    'create index uploads_by_expiry on uploads (expires_at)',
    'create index sessions_by_expiry on sessions (expires_at)',
    'create index outbox_by_done on outbox (done_at) where done_at is not null',
  ],
}

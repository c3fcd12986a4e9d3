/** What the collector remembers: blobs that no row knows, and blobs that were taken out of service. @module */

import type { Migration } from './index.js'

/** A table, a column and the indexes that one pass reads by. */
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

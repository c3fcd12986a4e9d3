/** Stores delete tokens. @module */

import type { Migration } from './index.js'

/** Creates a table of delete tokens. It stores only their SHA-256, so that a reader of the table cannot redeem them. */
export const deleteTokens: Migration = {
  id: '0008-delete-tokens',
  statements: [
    `create table delete_tokens (
      token_hash text primary key, cloud text not null, asset_id text not null, version_id text not null,
      created_at bigint not null, expires_at bigint not null, used_at bigint)`,
    'create index delete_tokens_by_expiry on delete_tokens (expires_at)',
  ],
}

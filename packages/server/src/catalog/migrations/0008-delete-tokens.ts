/** Tokens that take back an upload. @module */

import type { Migration } from './index.js'

/** Tokens by the SHA-256 of their text: who reads the table can redeem none. */
export const deleteTokens: Migration = {
  id: '0008-delete-tokens',
  statements: [
    `create table delete_tokens (
      token_hash text primary key, cloud text not null, asset_id text not null, version_id text not null,
      created_at bigint not null, expires_at bigint not null, used_at bigint)`,
    'create index delete_tokens_by_expiry on delete_tokens (expires_at)',
  ],
}

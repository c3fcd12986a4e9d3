/** Creates the tables for assets, versions, blobs, uploads, sessions, parts, outbox, presets and keys. @module */

import type { Migration } from './index.js'

/** Creates the tables of the first release, in SQL that both SQLite and Postgres accept. */
export const firstTables: Migration = {
  id: '0001-first-tables',
  statements: [
    `create table assets (
      asset_id text primary key, cloud text not null, resource_type text not null, delivery_type text not null, public_id text not null,
      version bigint not null, version_id text not null, blob_id text not null, bytes bigint not null, etag text not null,
      format text, width integer, height integer, tags text not null, context text not null, extra text not null,
      asset_folder text not null, display_name text not null, original_filename text,
      created_at bigint not null, updated_at bigint not null)`,
    'create unique index assets_by_name on assets (cloud, resource_type, delivery_type, public_id)',
    'create index assets_by_age on assets (cloud, resource_type, delivery_type, created_at, asset_id)',
    `create table versions (
      version_id text primary key, cloud text not null, asset_id text not null, version bigint not null, blob_id text not null,
      created_at bigint not null, replaced_at bigint)`,
    'create index versions_by_asset on versions (cloud, asset_id, version)',
    `create table blobs (
      blob_id text primary key, cloud text not null, bytes bigint not null, md5 text not null, created_at bigint not null, orphaned_at bigint)`,
    'create index blobs_by_orphaned on blobs (orphaned_at) where orphaned_at is not null',
    `create table uploads (
      cloud text not null, nonce text not null, bag_digest text not null, result text not null,
      created_at bigint not null, expires_at bigint not null, primary key (cloud, nonce))`,
    `create table sessions (
      session_id text primary key, cloud text not null, owner text not null, client_id text not null, bag_digest text not null,
      params text not null, public_id text not null, total bigint, result text, created_at bigint not null, expires_at bigint not null)`,
    'create unique index sessions_by_client on sessions (cloud, owner, client_id)',
    `create table parts (
      session_id text not null, cloud text not null, first_byte bigint not null, last_byte bigint not null, md5 text not null,
      staging_id text not null, primary key (session_id, first_byte))`,
    `create table outbox (
      event_id text primary key, cloud text not null, topic text not null, payload text not null,
      created_at bigint not null, due_at bigint not null, attempts integer not null, done_at bigint)`,
    'create index outbox_by_due on outbox (due_at) where done_at is null',
    `create table presets (
      cloud text not null, name text not null, is_unsigned integer not null, disallow_public_id integer not null, settings text not null,
      created_at bigint not null, updated_at bigint not null, primary key (cloud, name))`,
    `create table keys (
      key_id text primary key, cloud text not null, secret text not null, scopes text not null, preset text, state text not null,
      created_at bigint not null)`,
    'create unique index keys_by_secret on keys (secret)',
  ],
}

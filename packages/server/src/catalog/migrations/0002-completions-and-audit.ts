/** Stores the app's answers to uploads, dead events, and an audit of key changes. @module */

import type { Migration } from './index.js'

/** Adds the columns and the table that completions and key management need. */
export const completionsAndAudit: Migration = {
  id: '0002-completions-and-audit',
  statements: [
    // `none`, `pending`, `done` or `failed`.
    `alter table uploads add column completion_status text not null default 'none'`,
    'alter table uploads add column completion_result text',
    'alter table uploads add column completion_at bigint',
    'alter table outbox add column nonce text',
    'alter table outbox add column dead_at bigint',
    'alter table outbox add column last_failure text',
    `create table audit (
      audit_id text primary key, cloud text not null, at bigint not null, action text not null, subject text not null)`,
  ],
}

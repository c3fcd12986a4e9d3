/** Stores rate limit counters, for apps that run in several instances. @module */

import type { Migration } from './index.js'

/** Creates a table with one row per rate-limited name. A name without a row has its whole allowance. */
export const allowances: Migration = {
  id: '0006-allowances',
  statements: [
    `create table allowances (
      cloud text not null, name text not null, full_at double precision not null, primary key (cloud, name))`,
    'create index allowances_by_full_at on allowances (full_at)',
  ],
}

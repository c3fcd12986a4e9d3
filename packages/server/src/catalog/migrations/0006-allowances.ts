/** How often who may call what, for apps that run in several instances. @module */

import type { Migration } from './index.js'

/** One row a key that has taken something; without a row a key has its whole allowance. */
export const allowances: Migration = {
  id: '0006-allowances',
  statements: [
    `create table allowances (
      cloud text not null, name text not null, full_at double precision not null, primary key (cloud, name))`,
    'create index allowances_by_full_at on allowances (full_at)',
  ],
}

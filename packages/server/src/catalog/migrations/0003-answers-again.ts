/** Stores the data that a repeated response needs, and finds sessions by client id alone. @module */

import type { Migration } from './index.js'

/** Adds columns that make a repeated response equal the first, and an index to read an upload's progress by client id. */
export const answersAgain: Migration = {
  id: '0003-answers-again',
  statements: [
    `alter table uploads add column key_id text not null default ''`,
    `alter table uploads add column algorithm text not null default 'sha1'`,
    // `created`, `overwritten` or `existing`.
    `alter table uploads add column outcome text not null default 'created'`,
    'alter table sessions add column outcome text',
    'create index sessions_by_client_id on sessions (cloud, client_id)',
  ],
}

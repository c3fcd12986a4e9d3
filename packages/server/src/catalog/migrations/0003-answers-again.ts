/** What an upload's answer needs to be given again, and sessions by the client's id alone. @module */

import type { Migration } from './index.js'

/** Columns that make a repeated answer equal the first one, and let a client ask what has arrived. */
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

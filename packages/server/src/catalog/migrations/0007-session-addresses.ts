/** Stores the client address that opened a chunk session. @module */

import type { Migration } from './index.js'

/** Adds the client address to sessions, so that sessions can be counted by address. */
export const sessionAddresses: Migration = {
  id: '0007-session-addresses',
  statements: [
    `alter table sessions add column address text not null default ''`,
    'create index sessions_by_address on sessions (address) where result is null',
  ],
}

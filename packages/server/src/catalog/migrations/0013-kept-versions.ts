/** Versions that outlive their replacement, and what they were, for whoever wants one back. @module */

import type { Migration } from './index.js'

/** Columns that say which versions are kept, and how each is called when it is read. */
export const keptVersions: Migration = {
  id: '0013-kept-versions',
  statements: [
    'alter table versions add column is_kept integer not null default 0',
    // JSON; null in rows from before.
    'alter table versions add column described text',
  ],
}

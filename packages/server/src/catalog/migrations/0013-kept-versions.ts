/** Keeps replaced versions readable. @module */

import type { Migration } from './index.js'

/** Adds columns for whether a version is kept, and for its name, resource type and format. */
export const keptVersions: Migration = {
  id: '0013-kept-versions',
  statements: [
    'alter table versions add column is_kept integer not null default 0',
    // JSON. `null` in rows that were written before this migration.
    'alter table versions add column described text',
  ],
}

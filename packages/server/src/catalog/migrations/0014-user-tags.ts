/** Stores the user of each upload. @module */

import type { Migration } from './index.js'

/** Adds `user_tag` to finished uploads. Chunk sessions keep the tag in their parameters. */
export const userTags: Migration = {
  id: '0014-user-tags',
  statements: ['alter table uploads add column user_tag text'],
}

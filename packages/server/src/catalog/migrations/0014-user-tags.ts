/** Which user an upload belongs to. @module */

import type { Migration } from './index.js'

/** Finished uploads keep their `user_tag`; chunk sessions have it among their parameters. */
export const userTags: Migration = {
  id: '0014-user-tags',
  statements: ['alter table uploads add column user_tag text'],
}

/** Names the digest of a part for what it is: no longer an MD5. @module */

import type { Migration } from './index.js'

/** Renames a column. Digests of older parts stay, and match no new part. */
export const partDigests: Migration = {
  id: '0018-part-digests',
  statements: ['alter table parts rename column md5 to digest'],
}

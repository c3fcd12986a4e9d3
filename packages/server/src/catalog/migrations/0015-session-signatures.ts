/** Stores which signature opened a chunk session. @module */

import type { Migration } from './index.js'

/** Adds the SHA-256 digest of the signature to sessions, so that they can be counted by signature; `null` without a signature. */
export const sessionSignatures: Migration = {
  id: '0015-session-signatures',
  statements: [
    'alter table sessions add column signature_digest text',
    'create index sessions_by_signature on sessions (signature_digest) where result is null',
  ],
}

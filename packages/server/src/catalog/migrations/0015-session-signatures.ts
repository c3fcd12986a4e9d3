/** Which signature opened a chunk session. @module */

import type { Migration } from './index.js'

/** Sessions are counted by the SHA-256 digest of the signature; `null` where the request had no signature. */
export const sessionSignatures: Migration = {
  id: '0015-session-signatures',
  statements: [
    'alter table sessions add column signature_digest text',
    'create index sessions_by_signature on sessions (signature_digest) where result is null',
  ],
}

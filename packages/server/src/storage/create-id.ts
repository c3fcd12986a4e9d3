/** Creates random ids. @module */

import { randomFillSync } from 'node:crypto'

const ID_BYTES = 16
/** Random bytes for the next ids: filling many at once is faster. */
const pool = Buffer.alloc(ID_BYTES * 256)
let used = pool.length

/** Returns a new random 128-bit id of 32 hex digits. */
export function createId(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += ID_BYTES
  return pool.toString('hex', used - ID_BYTES, used)
}

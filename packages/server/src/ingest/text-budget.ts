/** Memory that unparsed text may take, over all requests: forms whose file is text cannot be streamed. @module */

import { MediaError } from '@countersign/protocol/errors'

/** What one request holds of the budget. */
export interface Reservation {
  /** @throws MediaError RATE_LIMITED when all requests together would hold too much. */
  grow(bytes: number): void
  release(): void
}

/** A shared account of bytes in memory. */
export interface TextBudget {
  reserve(): Reservation
}

/** Bytes that every request may hold without asking. */
const FREE_BYTES = 512 * 1024

/** @param maxBytes @default 268435456 */
export function createTextBudget(maxBytes: number = 256 * 1024 * 1024): TextBudget {
  let held = 0
  return {
    reserve() {
      let own = 0
      return {
        grow(bytes) {
          const before = Math.max(0, own - FREE_BYTES)
          own += bytes
          const added = Math.max(0, own - FREE_BYTES) - before
          held += added
          if (added === 0) return
          if (held > maxBytes) {
            throw new MediaError('RATE_LIMITED', {
              message: 'Too many large forms at once. Send the file as binary, or try again',
            })
          }
        },
        release() {
          held -= Math.max(0, own - FREE_BYTES)
          own = 0
        },
      }
    },
  }
}

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
  /** @param address Whose request it is. */
  reserve(address: string): Reservation
}

/** Bytes that every request may hold without asking. */
const FREE_BYTES = 512 * 1024

/** What {@link createTextBudget} takes. */
export interface TextBudgetOptions {
  /** Of all requests together. @default 268435456 */
  readonly maxBytes?: number
  /** Of one address: the largest file that is text, and a little more. @default 100663296 */
  readonly maxBytesPerAddress?: number
}

/** Nobody holds anything yet. */
export function createTextBudget({
  maxBytes = 256 * 1024 * 1024,
  maxBytesPerAddress = 96 * 1024 * 1024,
}: TextBudgetOptions = {}): TextBudget {
  let held = 0
  const heldBy = new Map<string, number>()
  function hold(address: string, bytes: number): number {
    held += bytes
    const own = (heldBy.get(address) ?? 0) + bytes
    if (own === 0) heldBy.delete(address)
    else heldBy.set(address, own)
    return own
  }
  return {
    reserve(address) {
      let own = 0
      return {
        grow(bytes) {
          const before = Math.max(0, own - FREE_BYTES)
          own += bytes
          const added = Math.max(0, own - FREE_BYTES) - before
          if (added === 0) return
          const ofAddress = hold(address, added)
          if (held > maxBytes || ofAddress > maxBytesPerAddress) {
            throw new MediaError('RATE_LIMITED', {
              message: 'Too many large forms at once. Send the file as binary, or try again',
            })
          }
        },
        release() {
          hold(address, -Math.max(0, own - FREE_BYTES))
          own = 0
        },
      }
    },
  }
}

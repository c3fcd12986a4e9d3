/** Limits the memory for the text of unverified requests, over all requests and all form encodings. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { ServerLimits } from '../../limits.js'

/** Memory that one request reserves. */
export interface TextReservation {
  /**
   * Sets the number of bytes that the request reserves.
   * @throws MediaError RATE_LIMITED if its address, or all requests together, reserve too much.
   */
  hold(bytes: number): void
  /** Ends the reservation, because the request was verified or has ended. Later calls of `hold` do nothing. */
  release(): void
}

/** Counts reserved bytes over all requests. */
export interface TextBudget {
  /** Opens a reservation for a request of a client address. */
  reserve(address: string): TextReservation
}

/** Bytes of each request that do not count, so that an ordinary form is never refused. */
export const UNCOUNTED_TEXT_BYTES: number = 16 * 1024

/** Limits of the budget. */
export type TextLimits = Pick<
  ServerLimits,
  'maxUnverifiedTextBytes' | 'maxUnverifiedTextBytesPerAddress'
>

/** Creates an empty budget. */
export function createTextBudget(limits: TextLimits): TextBudget {
  let held = 0
  const heldBy = new Map<string, number>()
  function change(address: string, bytes: number): number {
    held += bytes
    const own = (heldBy.get(address) ?? 0) + bytes
    if (own === 0) heldBy.delete(address)
    else heldBy.set(address, own)
    return own
  }
  return {
    reserve(address) {
      let counted = 0
      let isOpen = true
      return {
        hold(bytes) {
          if (!isOpen) return
          const added = Math.max(0, bytes - UNCOUNTED_TEXT_BYTES) - counted
          counted += added
          const ofAddress = change(address, added)
          if (added <= 0) return
          if (ofAddress > limits.maxUnverifiedTextBytesPerAddress) {
            throw tooMuch(`${limits.maxUnverifiedTextBytesPerAddress} bytes from one address`)
          }
          if (held > limits.maxUnverifiedTextBytes) {
            throw tooMuch(`${limits.maxUnverifiedTextBytes} bytes from all addresses`)
          }
        },
        release() {
          isOpen = false
          change(address, -counted)
          counted = 0
        },
      }
    },
  }
}

function tooMuch(limit: string): MediaError {
  return new MediaError('RATE_LIMITED', {
    message: `Too many large unverified forms at once: at most ${limit}. Send shorter fields, or try again later`,
  })
}

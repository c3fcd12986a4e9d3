/** Disk that unverified bytes may take: clients that send their file first must be stored before they can be judged. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { ServerLimits } from '../limits.js'

/** What one request holds. */
export interface SpoolReservation {
  /**
   * Hold so many bytes from now on.
   * @throws MediaError RATE_LIMITED when the address, or all together, hold too much.
   */
  hold(bytes: number): void
  /** Gives the bytes back: they verified, or they are gone. */
  release(): void
}

/** An account of unverified bytes on disk, by address. */
export interface SpoolBudget {
  reserve(address: string): SpoolReservation
}

/** Limits of the account. */
export type SpoolLimits = Pick<
  ServerLimits,
  'maxUnverifiedPerAddress' | 'maxUnverifiedBytesPerAddress' | 'maxUnverifiedBytes'
>

/** Open an account. */
export function createSpoolBudget(limits: SpoolLimits): SpoolBudget {
  const held = new Map<string, { bytes: number; files: number }>()
  let total = 0
  function change(address: string, by: { bytes: number; files: number }): void {
    total += by.bytes
    const before = held.get(address) ?? { bytes: 0, files: 0 }
    const own = { bytes: before.bytes + by.bytes, files: before.files + by.files }
    if (own.files <= 0) held.delete(address)
    else held.set(address, own)
  }
  return {
    reserve(address) {
      let own = 0
      let files = 0
      return {
        hold(bytes) {
          change(address, { bytes: bytes - own, files: 1 - files })
          own = bytes
          files = 1
          const all = held.get(address) ?? { bytes: 0, files: 0 }
          if (all.files > limits.maxUnverifiedPerAddress) {
            throw tooMuch(`${limits.maxUnverifiedPerAddress} files of one address`)
          }
          if (all.bytes > limits.maxUnverifiedBytesPerAddress) {
            throw tooMuch(`${limits.maxUnverifiedBytesPerAddress} bytes of one address`)
          }
          if (total > limits.maxUnverifiedBytes) {
            throw tooMuch(`${limits.maxUnverifiedBytes} bytes of all`)
          }
        },
        release() {
          change(address, { bytes: -own, files: -files })
          own = 0
          files = 0
        },
      }
    },
  }
}

function tooMuch(limit: string): MediaError {
  return new MediaError('RATE_LIMITED', {
    message: `Too much at once that is not verified: at most ${limit}. Send the fields before the file, or try again`,
  })
}

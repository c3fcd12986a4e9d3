/** Disk that unverified bytes may take: clients that send their file first must be stored before they can be judged. @module */

import { MediaError } from '@countersign/protocol/errors'

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

/** Limits of the account (requirements, section 3). */
export interface SpoolLimits {
  /** @default 2 GiB */
  readonly maxBytesPerAddress?: number
  /** @default 8 GiB */
  readonly maxBytes?: number
}

/** Open an account. */
export function createSpoolBudget(limits: SpoolLimits = {}): SpoolBudget {
  const maxBytesPerAddress = limits.maxBytesPerAddress ?? 2 * 1024 ** 3
  const maxBytes = limits.maxBytes ?? 8 * 1024 ** 3
  const held = new Map<string, number>()
  let total = 0
  function change(address: string, bytes: number): void {
    total += bytes
    const own = (held.get(address) ?? 0) + bytes
    if (own <= 0) held.delete(address)
    else held.set(address, own)
  }
  return {
    reserve(address) {
      let own = 0
      return {
        hold(bytes) {
          change(address, bytes - own)
          own = bytes
          if (total <= maxBytes && (held.get(address) ?? 0) <= maxBytesPerAddress) return
          throw new MediaError('RATE_LIMITED', {
            message:
              'Too many unverified bytes at once. Send the fields before the file, or try again',
          })
        },
        release() {
          change(address, -own)
          own = 0
        },
      }
    },
  }
}

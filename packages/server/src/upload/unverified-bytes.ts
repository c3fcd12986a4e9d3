/** Limits the disk space of unverified files. A file that arrives before its signature is stored before it can be authorized. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { ServerLimits } from '../limits.js'

/** Disk space that one request reserves. */
export interface SpoolReservation {
  /**
   * Sets the number of bytes that the request reserves.
   * @throws MediaError RATE_LIMITED if the address, or all addresses together, reserve too much.
   */
  hold(bytes: number): void
  /** Releases the bytes: the request was verified, or its file is deleted. */
  release(): void
}

/** Counts unverified bytes on disk by address. */
export interface SpoolBudget {
  /** @param isResting Returns true while the request's bytes do not flow. Such requests do not count toward the maximum number of files. */
  reserve(address: string, isResting?: () => boolean): SpoolReservation
}

/** Limits of the budget. */
export type SpoolLimits = Pick<
  ServerLimits,
  'maxUnverifiedPerAddress' | 'maxUnverifiedBytesPerAddress' | 'maxUnverifiedBytes'
>

interface Hold {
  readonly isResting: () => boolean
  bytes: number
}

/** Creates an empty budget. */
export function createSpoolBudget(limits: SpoolLimits): SpoolBudget {
  const held = new Map<string, Set<Hold>>()
  let total = 0
  return {
    reserve(address, isResting = () => false) {
      const own: Hold = { isResting, bytes: 0 }
      return {
        hold(bytes) {
          total += bytes - own.bytes
          own.bytes = bytes
          const holds = held.get(address) ?? new Set()
          held.set(address, holds.add(own))
          assertWithin([...holds], limits)
          if (total > limits.maxUnverifiedBytes) {
            throw tooMuch(`${limits.maxUnverifiedBytes} bytes from all addresses`)
          }
        },
        release() {
          total -= own.bytes
          own.bytes = 0
          const holds = held.get(address)
          holds?.delete(own)
          if (holds?.size === 0) held.delete(address)
        },
      }
    },
  }
}

function assertWithin(
  holds: readonly Hold[],
  { maxUnverifiedPerAddress, maxUnverifiedBytesPerAddress }: SpoolLimits,
): void {
  const isOver = holds.length > maxUnverifiedPerAddress
  if (isOver && holds.filter(({ isResting }) => !isResting()).length > maxUnverifiedPerAddress) {
    throw tooMuch(`${maxUnverifiedPerAddress} files from one address`)
  }
  if (holds.reduce((sum, { bytes }) => sum + bytes, 0) > maxUnverifiedBytesPerAddress) {
    throw tooMuch(`${maxUnverifiedBytesPerAddress} bytes from one address`)
  }
}

function tooMuch(limit: string): MediaError {
  return new MediaError('RATE_LIMITED', {
    message: `Too many unverified files at once: at most ${limit}. Send the fields before the file, or try again later`,
  })
}

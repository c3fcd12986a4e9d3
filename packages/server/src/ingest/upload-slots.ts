/** How many uploads run at once, in this process and from one address, and what is left for others of those that prove nothing. @module */

import { MediaError } from '@countersign/protocol/errors'

/** One running request. */
export interface UploadSlot {
  /** Its signature was right, or its preset is for everybody: from now on it is an upload like any other. */
  verify(): void
  /** Gives the slot back; calling it again does nothing. */
  release(): void
}

/** Admission to the upload path. */
export interface UploadSlots {
  /**
   * Take a slot, unverified.
   * @throws MediaError RATE_LIMITED
   */
  take(address: string): UploadSlot
}

/**
 * Of what is free, the part that one address may hold unverified once the process is half full: so a few addresses that send
 * files without ever signing them never take what is left, and each further one takes less.
 */
const UNVERIFIED_SHARE = 1 / 8

interface Held {
  readonly all: number
  readonly unverified: number
}

const NONE: Held = { all: 0, unverified: 0 }

/** Open the gate. */
export function createUploadSlots(limits: {
  readonly maxUploads: number
  readonly maxUploadsPerAddress: number
}): UploadSlots {
  const held = new Map<string, Held>()
  let total = 0

  function change(address: string, by: Held): void {
    const { all, unverified } = held.get(address) ?? NONE
    total += by.all
    const now = { all: all + by.all, unverified: unverified + by.unverified }
    if (now.all === 0) held.delete(address)
    else held.set(address, now)
  }

  function assertFree(own: Held): void {
    const free = limits.maxUploads - total
    if (free <= 0) throw busy('the server', 'COUNTERSIGN_MAX_UPLOADS')
    if (own.all >= limits.maxUploadsPerAddress) {
      throw busy('this address', 'COUNTERSIGN_MAX_UPLOADS_PER_ADDRESS')
    }
    const share = Math.max(1, Math.floor(free * UNVERIFIED_SHARE))
    if (free <= limits.maxUploads / 2 && own.unverified >= share) {
      throw busy('this address without a signature so far', 'COUNTERSIGN_MAX_UPLOADS')
    }
  }

  return {
    take(address) {
      assertFree(held.get(address) ?? NONE)
      change(address, { all: 1, unverified: 1 })
      let isTaken = true
      let isVerified = false
      return {
        verify() {
          if (!isTaken || isVerified) return
          isVerified = true
          change(address, { all: 0, unverified: -1 })
        },
        release() {
          if (!isTaken) return
          isTaken = false
          change(address, { all: -1, unverified: isVerified ? 0 : -1 })
        },
      }
    },
  }
}

function busy(whose: string, variable: string): MediaError {
  return new MediaError('RATE_LIMITED', {
    message: `Too many uploads at once from ${whose} (${variable}). Try again in a moment`,
  })
}

/** Limits how many uploads run at once, in this process and from one address. @module */

import { MediaError } from '@countersign/protocol/errors'

/** The slot of one running request. */
export interface UploadSlot {
  /** Marks the request as authorized: its signature is right, or its unsigned preset exists. */
  verify(): void
  /**
   * Sets whether the request's bytes flow. While they do not, the request rests and frees its slot. When the bytes flow again, the
   * request gets a slot again, even if all slots are taken.
   */
  setFlowing(isFlowing: boolean): void
  /** Returns true while the request rests. */
  isResting(): boolean
  /** Releases the slot. A second call does nothing. */
  release(): void
}

/** Options of {@link UploadSlots.take}. */
export interface TakeOptions {
  /** Called to end a resting request, because too many others began to rest after it. */
  readonly onEvict?: () => void
}

/** Limits the number of uploads at the same time. */
export interface UploadSlots {
  /**
   * Takes a slot for a request that is not authorized yet.
   * @throws MediaError RATE_LIMITED
   */
  take(address: string, options?: TakeOptions): UploadSlot
}

/**
 * Share of the free slots that one address may hold unverified once half of all slots are taken. A few addresses that never sign their
 * files therefore cannot take the last slots, and each further address gets fewer.
 */
const UNVERIFIED_SHARE = 1 / 8

interface Held {
  readonly all: number
  readonly unverified: number
}

interface Taken {
  readonly address: string
  readonly onEvict: () => void
  isVerified: boolean
  state: 'flowing' | 'resting' | 'over'
}

const NONE: Held = { all: 0, unverified: 0 }

/** Limits on upload slots. */
export interface SlotLimits {
  /** Maximum uploads at once. As many more may rest. */
  readonly maxUploads: number
  /** Maximum uploads at once from one address. As many more may rest. */
  readonly maxUploadsPerAddress: number
}

/** Creates the upload slots of one process. */
export function createUploadSlots(limits: SlotLimits): UploadSlots {
  const held = new Map<string, Held>()
  // Ordered by the time at which the requests began to rest.
  const resting = new Set<Taken>()
  let total = 0

  function count(slot: Taken, by: 1 | -1): void {
    const { all, unverified } = held.get(slot.address) ?? NONE
    total += by
    const now = { all: all + by, unverified: unverified + (slot.isVerified ? 0 : by) }
    if (now.all === 0) held.delete(slot.address)
    else held.set(slot.address, now)
  }

  function enter(slot: Taken, state: Taken['state']): void {
    if (slot.state === state || slot.state === 'over') return
    if (slot.state === 'flowing') count(slot, -1)
    resting.delete(slot)
    slot.state = state
    if (state === 'flowing') count(slot, 1)
    if (state !== 'resting') return
    resting.add(slot)
    const surplus = surplusOf(resting, slot.address, limits)
    if (!surplus) return
    enter(surplus, 'over')
    surplus.onEvict()
  }

  return {
    take(address, { onEvict = () => {} } = {}) {
      assertFree(held.get(address) ?? NONE, limits.maxUploads - total, limits)
      const slot: Taken = { address, onEvict, isVerified: false, state: 'flowing' }
      count(slot, 1)
      return {
        verify() {
          const { state } = slot
          // Count the slot again as verified.
          if (state === 'flowing') count(slot, -1)
          slot.isVerified = true
          if (state === 'flowing') count(slot, 1)
        },
        setFlowing: (isFlowing) => enter(slot, isFlowing ? 'flowing' : 'resting'),
        isResting: () => slot.state === 'resting',
        release: () => enter(slot, 'over'),
      }
    },
  }
}

/** Returns the longest resting request if too many rest, of this address or of all addresses. */
function surplusOf(
  resting: ReadonlySet<Taken>,
  address: string,
  { maxUploads, maxUploadsPerAddress }: SlotLimits,
): Taken | undefined {
  if (resting.size <= Math.min(maxUploads, maxUploadsPerAddress)) return undefined
  const all = [...resting]
  const own = all.filter((slot) => slot.address === address)
  if (own.length > maxUploadsPerAddress) return own[0]
  return all.length > maxUploads ? all[0] : undefined
}

function assertFree(own: Held, free: number, limits: SlotLimits): void {
  if (free <= 0) throw busy('the server', 'COUNTERSIGN_MAX_UPLOADS')
  if (own.all >= limits.maxUploadsPerAddress) {
    throw busy('this address', 'COUNTERSIGN_MAX_UPLOADS_PER_ADDRESS')
  }
  const share = Math.max(1, Math.floor(free * UNVERIFIED_SHARE))
  if (free <= limits.maxUploads / 2 && own.unverified >= share) {
    throw busy('this address without a verified signature', 'COUNTERSIGN_MAX_UPLOADS')
  }
}

function busy(whose: string, variable: string): MediaError {
  return new MediaError('RATE_LIMITED', {
    message: `Too many uploads at once from ${whose} (${variable}). Try again in a moment`,
  })
}

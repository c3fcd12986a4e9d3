/** How many uploads run at once, in this process and from one address. @module */

import { MediaError } from '@countersign/protocol/errors'

/** Admission to the upload path. */
export interface UploadSlots {
  /**
   * Take a slot.
   * @returns What gives it back; calling it again does nothing.
   * @throws MediaError RATE_LIMITED
   */
  take(address: string): () => void
}

/** Open the gate. */
export function createUploadSlots(limits: {
  readonly maxUploads: number
  readonly maxUploadsPerAddress: number
}): UploadSlots {
  const running = new Map<string, number>()
  let total = 0
  return {
    take(address) {
      const own = running.get(address) ?? 0
      if (total >= limits.maxUploads) throw busy('the server', 'COUNTERSIGN_MAX_UPLOADS')
      if (own >= limits.maxUploadsPerAddress) {
        throw busy('this address', 'COUNTERSIGN_MAX_UPLOADS_PER_ADDRESS')
      }
      total += 1
      running.set(address, own + 1)
      let isTaken = true
      return () => {
        if (!isTaken) return
        isTaken = false
        total -= 1
        const left = (running.get(address) ?? 1) - 1
        if (left === 0) running.delete(address)
        else running.set(address, left)
      }
    },
  }
}

function busy(whose: string, variable: string): MediaError {
  return new MediaError('RATE_LIMITED', {
    message: `Too many uploads at once from ${whose} (${variable}). Try again in a moment`,
  })
}

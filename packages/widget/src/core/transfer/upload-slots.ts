/** Limits the number of parallel requests. @module */

/** Waits for a free slot. @returns A function that frees the slot. A second call has no effect. */
export type TakeSlot = (signal: AbortSignal) => Promise<() => void>

/** Creates slots for requests. Waiting requests get slots in the order of their calls. */
export function createUploadSlots(limit: () => number): TakeSlot {
  const waiting: (() => void)[] = []
  let taken = 0

  function turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const leave = (): void => {
        waiting.splice(waiting.indexOf(wake), 1)
        reject(signal.reason)
      }
      waiting.push(wake)
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  return async (signal) => {
    signal.throwIfAborted()
    if (taken < limit()) taken += 1
    else await turn(signal)
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      // The slot goes directly to the next request, so that no new request can take it first.
      const next = taken <= limit() ? waiting.shift() : undefined
      if (next) next()
      else taken -= 1
    }
  }
}

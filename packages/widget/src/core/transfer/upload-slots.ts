/** A shared allowance of requests: so many at once, whoever sends them. @module */

/** Waits for a place. @returns Gives it back; calling it twice does no harm. */
export type TakeSlot = (signal: AbortSignal) => Promise<() => void>

/** Places for requests, given out in order of asking. */
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
      // Handed over, not given back: nobody can slip in between.
      const next = taken <= limit() ? waiting.shift() : undefined
      if (next) next()
      else taken -= 1
    }
  }
}

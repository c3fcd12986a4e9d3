/** What is said to people who do not see the queue. @module */

/** Shortest time between two polite messages. */
const QUIET_MS = 5000
/** Failures that come this close together are one message. */
const GATHER_MS = 200

/** The rule for what the two live regions say when. */
export interface Announcer {
  /** Say something when there is a pause; a newer message replaces one that waits. */
  say(message: string): void
  /** Say at once that something failed. `many` words several that came together. */
  warn(message: string, many?: (count: number) => string): void
  destroy(): void
}

/** An announcer that has said nothing yet. */
export function createAnnouncer(
  speak: (region: 'status' | 'alert', text: string) => void,
): Announcer {
  let speaking: ReturnType<typeof setTimeout> | undefined
  let next: string | undefined
  let gathering: ReturnType<typeof setTimeout> | undefined
  let warnings: string[] = []

  function say(message: string): void {
    if (speaking !== undefined) {
      next = message
      return
    }
    speak('status', message)
    speaking = setTimeout(() => {
      speaking = undefined
      const waiting = next
      next = undefined
      if (waiting !== undefined) say(waiting)
    }, QUIET_MS)
  }

  function warn(message: string, many?: (count: number) => string): void {
    warnings.push(message)
    clearTimeout(gathering)
    gathering = setTimeout(() => {
      const isMany = many !== undefined && warnings.length > 2
      speak('alert', isMany ? many(warnings.length) : warnings.join(' '))
      warnings = []
    }, GATHER_MS)
  }

  function destroy(): void {
    clearTimeout(speaking)
    clearTimeout(gathering)
  }

  return { say, warn, destroy }
}

/** Announcements for people who use a screen reader. @module */

/** Minimum time between two polite messages. */
const QUIET_MS = 5000
/** Failures within this time become one message. */
const GATHER_MS = 200

/** Controls the messages of the two live regions. */
export interface Announcer {
  /** Announces a message, at the earliest five seconds after the last one. A newer message replaces a waiting one. */
  say(message: string): void
  /** Announces a failure at once. `many` returns one message for several failures that came together. */
  warn(message: string, many?: (count: number) => string): void
  destroy(): void
}

/** Creates an announcer. */
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

/** Where the package speaks to the app's log. @module */

/** Takes one line for the app's log; it never holds a secret. */
export type Warn = (message: string) => void

/** The two methods of a log that are used. */
export interface Logger {
  warn(message: string): void
  error(message: string, error: unknown): void
}

/** Warnings, each told once. */
export function warnerOf(logger: Logger): Warn {
  const told = new Set<string>()
  return (message) => {
    if (told.has(message)) return
    told.add(message)
    logger.warn(`[countersign] ${message}`)
  }
}

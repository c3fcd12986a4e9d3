/** The logger interface of the endpoint. @module */

/** Writes one line to the app's log. The line never contains a secret. */
export type Warn = (message: string) => void

/** Methods of a logger that the endpoint uses, such as those of `console`. */
export interface Logger {
  warn(message: string): void
  error(message: string, error: unknown): void
}

/** Creates a function that logs each distinct warning once. */
export function warnerOf(logger: Logger): Warn {
  const told = new Set<string>()
  return (message) => {
    if (told.has(message)) return
    told.add(message)
    logger.warn(`[countersign] ${message}`)
  }
}

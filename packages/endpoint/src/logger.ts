/** Where the package speaks to the app's log. @module */

import type { Warn } from './keys-from-env.js'

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

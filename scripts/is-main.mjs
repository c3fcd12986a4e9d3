/** Distinguishes a script that was started from one that was imported. @module */

import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * Returns true if the module with this URL is the program that Node was started with.
 *
 * @param {string} url The caller's `import.meta.url`.
 * @returns {boolean}
 */
export function isMain(url) {
  const started = process.argv[1]
  return started !== undefined && realpathSync(started) === fileURLToPath(url)
}

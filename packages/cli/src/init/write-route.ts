/** Writes the route, and asks before it replaces a file. @module */

import { mkdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isMissing, unwritable } from '../file-errors.js'
import { withUserUmask } from '../umask.js'

/** Result of {@link writeRoute}. */
export type WrittenRoute = 'written' | 'replaced' | 'unchanged' | 'refused'

/**
 * Writes a file, and asks before it replaces another.
 *
 * @param options.mayReplace Called if the file exists with another text. Returns true to replace the file.
 * @throws UsageError if the file cannot be written.
 */
export async function writeRoute(options: {
  readonly path: string
  readonly text: string
  readonly mayReplace: () => Promise<boolean>
}): Promise<WrittenRoute> {
  const { path, text } = options
  try {
    const before = await readFile(path, 'utf8').catch((error) => {
      if (isMissing(error)) return undefined
      throw error
    })
    if (before === text) return 'unchanged'
    if (before !== undefined && !(await options.mayReplace())) return 'refused'
    // Synchronous, so that no other file is created under the user's own umask meanwhile.
    withUserUmask(() => {
      mkdirSync(dirname(path), { recursive: true })
      // `wx` also protects a file that was created since the check above.
      writeFileSync(path, text, { flag: before === undefined ? 'wx' : 'w' })
    })
    return before === undefined ? 'written' : 'replaced'
  } catch (error) {
    throw unwritable(path, error)
  }
}

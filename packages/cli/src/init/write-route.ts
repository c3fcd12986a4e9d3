/** Writes the route, and never over another file unless it was told to. @module */

import { mkdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { withUserUmask } from '../umask.js'
import { UsageError } from '../usage-error.js'

/** What became of the file. */
export type WrittenRoute = 'written' | 'replaced' | 'unchanged' | 'refused'

/**
 * Write a file, asking before it replaces another.
 *
 * @param options.mayReplace Asked where the file is there with another text.
 * @throws UsageError when it cannot be written.
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

/** Whether a file is not there. */
export function isMissing(error: unknown): boolean {
  return Object(error).code === 'ENOENT'
}

/** A failed write in words; what is no failure of the file system stays itself. */
export function unwritable(path: string, error: unknown): unknown {
  const reason = REASONS.get(Object(error).code)
  return reason === undefined ? error : new UsageError(`${path} cannot be written: ${reason}`)
}

const REASONS: ReadonlyMap<unknown, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the file system is read-only'],
  ['ENOTDIR', 'a part of its path is a file'],
  ['EISDIR', 'it is a folder'],
  ['EEXIST', 'something of that name is there'],
  ['ENOSPC', 'the disk is full'],
])

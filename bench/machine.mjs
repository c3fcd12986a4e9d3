/** What a report says about where it was made. @module */

import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'

/**
 * Cores, processor and file system.
 *
 * @param {string} folder Where the files stood.
 */
export function machine(folder) {
  const fileSystem = execFileSync('df', ['--output=fstype', folder]).toString().split('\n')[1]
  return `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}, ${fileSystem}`
}

/** The commit that is measured, short. */
export function commitOf() {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: import.meta.dirname })
    .toString()
    .trim()
}

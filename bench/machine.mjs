/** Describes the machine and commit of a report. @module */

import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'

/**
 * Returns cores, processor and file system.
 *
 * @param {string} folder Folder of the measured files.
 */
export function machine(folder) {
  const fileSystem = execFileSync('df', ['--output=fstype', folder]).toString().split('\n')[1]
  return `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}, ${fileSystem}`
}

/**
 * Returns the short hash of the measured commit.
 *
 * @param {string} tree Folder in the measured working tree.
 */
export function commitOf(tree = import.meta.dirname) {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: tree }).toString().trim()
}

/** Errors of the file system, as sentences for the person at the command line. @module */

import { errorCode } from '@countersign/protocol/errors'
import { UsageError } from './usage-error.js'

/** Returns true if an error says that a file does not exist. */
export function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT'
}

/** Turns the error of a failed write into a {@link UsageError} with the reason. Returns every other error unchanged. */
export function unwritable(path: string, error: unknown): unknown {
  const reason = REASONS.get(errorCode(error))
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

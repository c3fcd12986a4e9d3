/** Closes files with secrets to other users: the catalog, the audit log, and copies beside them. @module */

import { chmod, open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errorCode, MediaError } from '@countersign/protocol/errors'
import type { Log } from '../log.js'

/** Mode bits of the owner, of group and others, and of others. */
const OWNER = 0o700
const EVERYBODY_ELSE = 0o077
const OTHERS = 0o007

/**
 * Removes the access of all users but the owner. Does nothing if the file does not exist, and on Windows.
 *
 * @returns The previous mode, such as `644`, if other users had access; otherwise `null`.
 * @throws MediaError CONFIG_INVALID with the command to run, if other users can reach the file and this user may not change that.
 */
export async function closeToOthers(
  path: string,
  log?: Pick<Log, 'warn'> | undefined,
): Promise<string | null> {
  const mode = await modeOf(path)
  if (mode === null || (mode & EVERYBODY_ELSE) === 0 || process.platform === 'win32') return null
  try {
    await chmod(path, mode & OWNER)
  } catch (cause) {
    // With an fsGroup in Kubernetes, another user owns the file and this process reaches it through the group.
    if ((mode & OTHERS) === 0 || errorCode(cause) === 'ENOENT') return null
    throw tooOpen(path, mode, cause)
  }
  const left = await modeOf(path)
  if (left !== null && (left & EVERYBODY_ELSE) !== 0) {
    log?.warn(
      { path, mode: octal(left) },
      'the file system keeps no file modes: others may read it',
    )
    return null
  }
  log?.warn({ path, mode: octal(mode) }, 'other users could read a file with secrets: closed it')
  return octal(mode)
}

/**
 * Creates a missing file, and closes it to other users. Also closes every file beside it whose name begins with its name:
 * `catalog.db-wal`, `catalog.db.bak`, `audit.jsonl.1`.
 * @throws MediaError CONFIG_INVALID as {@link closeToOthers} does; Error if the file cannot be created.
 */
export async function openPrivately(
  path: string,
  log?: Pick<Log, 'warn'> | undefined,
): Promise<void> {
  // Sets the mode when the file is created, because SQLite gives its other files the mode of this one.
  await (await open(path, 'a', 0o600)).close()
  const folder = dirname(path)
  const name = basename(path)
  const own = (await readdir(folder)).filter((entry) => entry.startsWith(name))
  for (const entry of own) {
    if (/^([^A-Za-z0-9]|$)/.test(entry.slice(name.length)))
      await closeToOthers(join(folder, entry), log)
  }
}

async function modeOf(path: string): Promise<number | null> {
  const found = await stat(path).catch((error) => {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  })
  return found?.isFile() ? found.mode & 0o777 : null
}

function tooOpen(path: string, mode: number, cause: unknown): MediaError {
  return new MediaError('CONFIG_INVALID', {
    message: `${path} has mode ${octal(mode)}, so other users of this machine can read its secrets, and this user may not change that. Run as its owner: chmod 600 '${path.replaceAll("'", "'\\''")}'`,
    cause,
  })
}

function octal(mode: number): string {
  return mode.toString(8).padStart(3, '0')
}

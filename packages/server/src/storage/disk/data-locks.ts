/** The locks of a data folder: which processes may share the folder, and which tasks run in one of them only. @module */

import { join } from 'node:path'
import { MediaError } from '@countersign/protocol/errors'
import { type FolderLock, lockFolder, tryLock } from './lock-folder.js'

/** Locations of the data of a server. */
export interface DataLocation {
  readonly storageFolder: string
  readonly databaseFile: string
}

/** How long a starting worker waits for a starting server that deletes staging files, in milliseconds. */
const WORKER_WAIT_MS = 10_000

/**
 * Locks the storage folder and the catalog for one server. Workers and commands do not take this lock.
 * @throws MediaError CONFIG_INVALID with the folder and the process that holds it, if another server runs.
 */
export async function lockForServer(
  { storageFolder, databaseFile }: DataLocation,
  command: string,
): Promise<FolderLock> {
  const first = await lockFolder(lockFile(storageFolder, 'server'), {
    folder: storageFolder,
    command,
  })
  try {
    const second = await lockFolder(`${databaseFile}-server.lock`, {
      folder: databaseFile,
      command,
    })
    return {
      release() {
        second.release()
        first.release()
      },
    }
  } catch (error) {
    first.release()
    throw error
  }
}

/**
 * Announces a worker to a server that starts on the same folder. Several workers hold this lock at once.
 * @throws MediaError CONFIG_INVALID if a starting server holds the lock for too long.
 */
export async function lockForWorker({
  storageFolder,
}: Pick<DataLocation, 'storageFolder'>): Promise<FolderLock> {
  const path = lockFile(storageFolder, 'workers')
  const lock = await tryLock(path, { mode: 'shared', waitMs: WORKER_WAIT_MS })
  if (lock) return lock
  throw new MediaError('CONFIG_INVALID', {
    message: `a server that starts on ${storageFolder} has held ${path} for ${WORKER_WAIT_MS / 1000} seconds. Start the worker again when the server is ready`,
  })
}

/** Runs a task while no worker uses the folder. Returns false, and runs nothing, if a worker does. */
export async function withoutWorkers(
  { storageFolder }: Pick<DataLocation, 'storageFolder'>,
  task: () => Promise<void>,
): Promise<boolean> {
  const lock = await tryLock(lockFile(storageFolder, 'workers'), { mode: 'alone' })
  if (!lock) return false
  try {
    await task()
  } finally {
    lock.release()
  }
  return true
}

/** Takes the lock of hourly upkeep. Returns `null` if another process has it. */
export function lockForUpkeep({
  storageFolder,
}: Pick<DataLocation, 'storageFolder'>): Promise<FolderLock | null> {
  return tryLock(lockFile(storageFolder, 'upkeep'), { mode: 'alone' })
}

function lockFile(storageFolder: string, name: string): string {
  return join(storageFolder, 'locks', `${name}.lock`)
}

/** Locks between processes that share a data folder. The operating system releases them when a process ends, even after a kill. @module */

import { mkdir, open } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { errorCode, MediaError } from '@countersign/protocol/errors'
import Database from 'libsql'

/** A held lock. */
export interface FolderLock {
  release(): void
}

/** How a lock is held: by one process alone, or by several at once. */
export type LockMode = 'alone' | 'shared'

/** How long a new process waits while the holder writes its name, in milliseconds. */
const SETTLE_MS = 500
/** Maximum attempts to write the own name. Each needs another process that starts at the same moment. */
const MAX_ATTEMPTS = 20

/**
 * Takes the lock in the file `path` and writes the name of this process into it. The lock is an open write transaction of SQLite, so no file
 * has to be deleted after a crash.
 *
 * @param options.folder Folder or file that the lock protects, for the error text.
 * @param options.command Command of this process, such as `serve`.
 * @throws MediaError CONFIG_INVALID with the folder and the holder, if another server holds the lock.
 */
export async function lockFolder(
  path: string,
  options: { readonly folder: string; readonly command: string },
): Promise<FolderLock> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await createOnce(path)
  const own = describeProcess(options.command)
  const database = new Database(path)
  database.pragma(`busy_timeout = ${SETTLE_MS}`)
  try {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      database.exec('begin immediate')
      if (readHolder(database) === own) return lockOn(database)
      database.exec('create table if not exists holder (name text not null)')
      database.exec('delete from holder')
      database.prepare('insert into holder (name) values (?)').run(own)
      // Readers see the name only after a commit, which releases the lock for a moment.
      database.exec('commit')
    }
    throw new Error(`the lock ${path} could not be taken`)
  } catch (error) {
    const holder = isBusy(error) ? readHolder(database) : null
    release(database)
    if (!isBusy(error)) throw error
    throw new MediaError('CONFIG_INVALID', {
      message: `${options.folder} is in use by another media server: ${holder ?? 'an unknown process'}. Stop that process, or choose another folder with COUNTERSIGN_STORAGE and COUNTERSIGN_DATABASE (of serve) or COUNTERSIGN_DATA (of dev)`,
      cause: error,
    })
  }
}

/**
 * Takes the lock in the file `path`, or returns `null` if another process holds it in a mode that excludes this one.
 * @param options.waitMs How long to wait for the other process, in milliseconds. @default 0
 */
export async function tryLock(
  path: string,
  { mode, waitMs = 0 }: { readonly mode: LockMode; readonly waitMs?: number },
): Promise<FolderLock | null> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await createOnce(path)
  const database = new Database(path)
  database.pragma(`busy_timeout = ${waitMs}`)
  try {
    database.exec(mode === 'alone' ? 'begin exclusive' : 'begin')
    // A transaction locks the file for readers when it first reads.
    database.prepare('select count(*) from sqlite_schema').get()
    return lockOn(database)
  } catch (error) {
    release(database)
    if (isBusy(error)) return null
    throw error
  }
}

// An open file is never closed here: closing any descriptor of the file would drop the locks that this process holds on it.
async function createOnce(path: string): Promise<void> {
  try {
    await (await open(path, 'wx', 0o600)).close()
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
}

function describeProcess(command: string): string {
  const startedAt = new Date(Date.now() - process.uptime() * 1000).toISOString()
  return `countersign ${command}, process ${process.pid} on ${hostname()}, since ${startedAt}`
}

function readHolder(database: Database.Database): string | null {
  try {
    const row: unknown = database.prepare('select name from holder').get()
    return row && typeof row === 'object' && 'name' in row ? String(row.name) : null
  } catch {
    // The table does not exist yet.
    return null
  }
}

function lockOn(database: Database.Database): FolderLock {
  let isHeld = true
  return {
    release() {
      if (isHeld) release(database)
      isHeld = false
    },
  }
}

function release(database: Database.Database): void {
  if (database.inTransaction) database.exec('rollback')
  database.close()
}

function isBusy(error: unknown): boolean {
  return (errorCode(error) ?? '').startsWith('SQLITE_BUSY')
}

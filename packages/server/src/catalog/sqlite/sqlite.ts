/** The SQLite catalog: a writing thread that groups commits, a thread for lists, and a connection on the main thread for single rows. @module */

import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { MediaError } from '@countersign/protocol/errors'
import type { Log } from '../../log.js'
import { openPrivately } from '../../storage/private-file.js'
import type { Catalog } from '../catalog.js'
import { type Operation, sqliteQueries } from '../operation.js'
import {
  LISTS,
  type ListName,
  READS,
  type ReadName,
  WRITES,
  type WriteName,
} from '../operations/index.js'
import { CatalogWriteError } from '../write-error.js'
import { openSqlite } from './sqlite-connection.js'
import { type SqliteThread, startThread, type ThreadFailure } from './sqlite-thread.js'
import type { WorkerOperation } from './sqlite-worker.js'

/**
 * Opens the catalog in a file and migrates it to the newest schema. The file holds API secrets, so other users lose access to it.
 * @param options.log Receives a warning if other users could read the file. @default no log
 * @throws MediaError CONFIG_INVALID if other users can read the file and this user may not change that; Error if the file cannot be opened, is newer than this program, or does not keep `synchronous=FULL`.
 */
export async function createSqliteCatalog(options: {
  path: string
  log?: Pick<Log, 'warn'>
}): Promise<Catalog> {
  await mkdir(dirname(options.path), { recursive: true, mode: 0o700 })
  await openPrivately(options.path, options.log)
  const { path } = options
  // The writer migrates the schema, so it starts first.
  const writer = await startThread<WorkerOperation>('sqlite-worker', {
    path,
    toError: toMediaError,
  })
  const lister = createLister(path)
  const reader = openSqlite(path, { isReader: true })
  const queries = sqliteQueries()

  const writes = Object.fromEntries(
    Object.keys(WRITES).map((name) => [
      name,
      (input: unknown) => writer.run(name as WriteName, input),
    ]),
  )
  const lists = Object.fromEntries(
    Object.keys(LISTS).map((name) => [
      name,
      (input: unknown) => lister.run(name as ListName, input),
    ]),
  )
  const reads = Object.fromEntries(
    Object.entries(READS).map(([name, operation]) => [
      name,
      async (input: unknown) => {
        try {
          return reader.run(operation(queries, input as never) as Operation<unknown>)
        } catch (cause) {
          throw unavailable(cause)
        }
      },
    ]),
  )
  return {
    ...(writes as unknown as Pick<Catalog, WriteName>),
    ...(lists as unknown as Pick<Catalog, ListName>),
    ...(reads as unknown as Pick<Catalog, ReadName>),
    probe: () => writer.run('probe', null) as Promise<void>,
    async close() {
      reader.close()
      await lister.close()
      await writer.close()
    },
  }
}

/** Starts the thread for lists with the first list, because most programs that open a catalog list nothing. */
function createLister(path: string): SqliteThread<ListName> {
  let thread: Promise<SqliteThread<ListName>> | undefined
  function start(): Promise<SqliteThread<ListName>> {
    const starting = startThread<ListName>('sqlite-reader', {
      path,
      toError: (failure) => unavailable(failure),
    })
    // After a failure, the next list tries again.
    starting.catch(() => {
      thread = undefined
    })
    return starting
  }
  return {
    async run(name, input) {
      thread ??= start()
      const started = await thread.catch((cause) => {
        throw unavailable(cause)
      })
      return started.run(name, input)
    },
    async close() {
      const started = await thread?.catch(() => undefined)
      await started?.close()
    },
  }
}

// Callers can choose a key's id and secret, so a conflict there is theirs. Any other broken constraint is a bug of the server.
function toMediaError(failure: ThreadFailure | Error, name: WorkerOperation): MediaError {
  // The thread itself has failed. Whether its last commit reached the disk is unknown.
  if (failure instanceof Error) return unavailable(failure)
  const { code, message, isUndone } = failure
  if (!code.startsWith('SQLITE_CONSTRAINT')) return unavailable(failure, isUndone)
  return name === 'createKey'
    ? new MediaError('CONFIG_INVALID', { message, details: { code, message } })
    : new CatalogWriteError('INTERNAL', {
        message: 'the catalog refused a row',
        cause: failure,
        isUndone,
      })
}

function unavailable(cause: unknown, isUndone = false): CatalogWriteError {
  const message = 'the catalog does not answer'
  return new CatalogWriteError('STORAGE_UNAVAILABLE', { message, cause, isUndone })
}

/** The SQLite catalog: one writing thread that groups commits, and one reading connection on the main thread. @module */

import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { MediaError } from '@countersign/protocol/errors'
import type { Log } from '../../log.js'
import { openPrivately } from '../../storage/private-file.js'
import { workerUrl } from '../../worker-url.js'
import type { Catalog } from '../catalog.js'
import { type Operation, sqliteQueries } from '../operation.js'
import { READS, type ReadName, WRITES, type WriteName } from '../operations/index.js'
import { CatalogWriteError } from '../write-error.js'
import { openSqlite } from './sqlite-connection.js'
import type { WorkerMessage, WriteFailure, WriteReply, WriteRequest } from './sqlite-worker.js'

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
  const writer = await startWriter(options.path)
  const reader = openSqlite(options.path, { isReader: true })
  const queries = sqliteQueries()

  const writes = Object.fromEntries(
    Object.keys(WRITES).map((name) => [
      name,
      (input: unknown) => writer.write(name as WriteName, input),
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
    ...(reads as unknown as Pick<Catalog, ReadName>),
    probe: () => writer.write('probe', null) as Promise<void>,
    async close() {
      reader.close()
      await writer.close()
    },
  }
}

interface Writer {
  write(name: WriteRequest['name'], input: unknown): Promise<unknown>
  close(): Promise<void>
}

interface Waiting {
  readonly name: WriteRequest['name']
  resolve(value: unknown): void
  reject(error: unknown): void
}

async function startWriter(path: string): Promise<Writer> {
  const worker = new Worker(workerUrl('sqlite-worker'), { workerData: { path } })
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let failure: unknown = null

  const ready = new Promise<void>((resolve, reject) => {
    worker.on('message', (message: WorkerMessage) => {
      if ('ready' in message) resolve()
      else for (const reply of message.replies) settle(reply)
    })
    worker.on('error', (error) => {
      failure = error
      reject(error)
      for (const { reject: rejectOne } of waiting.values()) rejectOne(unavailable(error))
      waiting.clear()
    })
  })
  const exited = new Promise<void>((resolve) => worker.on('exit', () => resolve()))
  await ready

  function settle(reply: WriteReply): void {
    const caller = waiting.get(reply.id)
    waiting.delete(reply.id)
    if (reply.failure) caller?.reject(toMediaError(reply.failure, caller.name))
    else caller?.resolve(reply.value)
  }
  return {
    write(name, input) {
      if (failure) return Promise.reject(unavailable(failure))
      const id = ++lastId
      return new Promise((resolve, reject) => {
        waiting.set(id, { name, resolve, reject })
        worker.postMessage({ id, name, input } satisfies WriteRequest)
      })
    },
    async close() {
      worker.postMessage('close')
      await exited
    },
  }
}

// Callers can choose a key's id and secret, so a conflict there is theirs. Any other broken constraint is a bug of the server.
function toMediaError(failure: WriteFailure, name: WriteRequest['name']): MediaError {
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

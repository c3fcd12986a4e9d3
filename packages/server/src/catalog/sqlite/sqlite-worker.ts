/**
 * The single writing connection. It runs in its own thread, because a commit on the main thread would stall every request.
 *
 * Writes that are waiting share one transaction, so that many small uploads share the disk syncs of one commit.
 * @module
 */

import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { errorCode } from '@countersign/protocol/errors'
import { assertCurrent, migrateSqlite } from '../migrate.js'
import { type Operation, sqliteQueries } from '../operation.js'
import { WRITES, type WriteName } from '../operations/index.js'
import { openSqlite } from './sqlite-connection.js'
import type { ThreadFailure, ThreadMessage, ThreadReply, ThreadRequest } from './sqlite-thread.js'

/** Name of an operation of this thread. `probe` runs a write without effect and checks the schema. */
export type WorkerOperation = WriteName | 'probe'

type WriteRequest = ThreadRequest<WorkerOperation>

const MOST_PER_COMMIT = 256

if (parentPort) serve(parentPort, workerData.path)

function serve(port: NonNullable<typeof parentPort>, path: string): void {
  const connection = openSqlite(path, { isReader: false })
  migrateSqlite(connection)
  const queries = sqliteQueries()
  port.on('message', (message: WriteRequest | 'close') => {
    const requests = drain(port, message)
    const writes = requests.filter((request) => request !== 'close')
    if (writes.length > 0) {
      port.postMessage({ replies: commitTogether(writes) } satisfies ThreadMessage)
    }
    if (requests.includes('close')) {
      connection.close()
      port.close()
    }
  })
  port.postMessage({ ready: true } satisfies ThreadMessage)

  function commitTogether(requests: readonly WriteRequest[]): readonly ThreadReply[] {
    let isUndone = true
    try {
      // An earlier rollback may have failed. Its writes must not become part of this transaction.
      if (connection.isInTransaction()) connection.execute('rollback')
      connection.execute('begin immediate')
      const replies = requests.map(runOne)
      isUndone = false
      connection.execute('commit')
      return replies
    } catch (error) {
      rollBack()
      return requests.map(({ id }) => ({ id, failure: failureOf(error, isUndone) }))
    }
  }

  function runOne(request: WriteRequest): ThreadReply {
    connection.execute('savepoint one')
    try {
      const value = connection.run(operationOf(request))
      connection.execute('release one')
      return { id: request.id, value }
    } catch (error) {
      connection.execute('rollback to one')
      connection.execute('release one')
      return { id: request.id, failure: failureOf(error, true) }
    }
  }

  function operationOf(request: WriteRequest): Operation<unknown> {
    if (request.name === 'probe') return probeWrite()
    // `name` selects the operation, and the contract's types guarantee that `input` fits it.
    return WRITES[request.name](queries, request.input as never)
  }

  function* probeWrite(): Operation<void> {
    yield queries.deleteFrom('uploads').where('nonce', '=', 'probe').compile()
    yield* assertCurrent(queries)
  }

  function rollBack(): void {
    try {
      connection.execute('rollback')
    } catch {
      // SQLite may have rolled back already, for example when the disk is full.
    }
  }
}

function drain(
  port: NonNullable<typeof parentPort>,
  head: WriteRequest | 'close',
): readonly (WriteRequest | 'close')[] {
  const requests = [head]
  while (requests.length < MOST_PER_COMMIT) {
    const next = receiveMessageOnPort(port)
    if (!next) break
    requests.push(next.message)
  }
  return requests
}

function failureOf(error: unknown, isUndone: boolean): ThreadFailure {
  return {
    code: errorCode(error) ?? 'UNKNOWN',
    message: error instanceof Error ? error.message : String(error),
    isUndone,
  }
}

/** The reading connection for lists. It runs in its own thread, because a list on the main thread would stall every request. @module */

import { parentPort, workerData } from 'node:worker_threads'
import { errorCode } from '@countersign/protocol/errors'
import { type Operation, sqliteQueries } from '../operation.js'
import { LISTS, type ListName } from '../operations/index.js'
import { openSqlite } from './sqlite-connection.js'
import type { ThreadMessage, ThreadReply, ThreadRequest } from './sqlite-thread.js'

if (parentPort) serve(parentPort, workerData.path)

function serve(port: NonNullable<typeof parentPort>, path: string): void {
  const connection = openSqlite(path, { isReader: true })
  const queries = sqliteQueries()
  port.on('message', (message: ThreadRequest<ListName> | 'close') => {
    if (message === 'close') {
      connection.close()
      port.close()
    } else port.postMessage({ replies: [answer(message)] } satisfies ThreadMessage)
  })
  port.postMessage({ ready: true } satisfies ThreadMessage)

  function answer({ id, name, input }: ThreadRequest<ListName>): ThreadReply {
    try {
      // `name` selects the operation, and the contract's types guarantee that `input` fits it.
      const operation = LISTS[name](queries, input as never) as Operation<unknown>
      return { id, value: connection.run(operation) }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      return { id, failure: { code: errorCode(error) ?? 'UNKNOWN', message, isUndone: true } }
    }
  }
}

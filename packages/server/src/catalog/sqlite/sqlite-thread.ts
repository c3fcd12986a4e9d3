/** Runs operations in a thread of the SQLite catalog. @module */

import { Worker } from 'node:worker_threads'
import { workerUrl } from '../../worker-url.js'

/** An operation that is posted to a thread. */
export interface ThreadRequest<Name extends string = string> {
  readonly id: number
  readonly name: Name
  readonly input: unknown
}

/** The result of an operation. */
export interface ThreadReply {
  readonly id: number
  readonly value?: unknown
  readonly failure?: ThreadFailure
}

/** Why an operation failed. */
export interface ThreadFailure {
  /** SQLite's error code. */
  readonly code: string
  readonly message: string
  /** True if the database certainly holds nothing of the operation. False if a commit failed, because it may have reached the disk. */
  readonly isUndone: boolean
}

/** A message of a thread: ready, or results of operations. */
export type ThreadMessage = { readonly ready: true } | { readonly replies: readonly ThreadReply[] }

/** A running thread. */
export interface SqliteThread<Name extends string> {
  /** Runs an operation. @throws The error that `toError` makes of the failure. */
  run(name: Name, input: unknown): Promise<unknown>
  /** Finishes posted operations and stops. */
  close(): Promise<void>
}

interface Waiting<Name> {
  readonly name: Name
  resolve(value: unknown): void
  reject(error: unknown): void
}

/**
 * Starts a thread and waits until its connection is open.
 *
 * @param toError Creates the error of a failed operation. Receives the thrown error if the thread itself has failed.
 * @throws Error if the thread cannot open the database.
 */
export async function startThread<Name extends string>(
  program: 'sqlite-worker' | 'sqlite-reader',
  options: {
    readonly path: string
    readonly toError: (failure: ThreadFailure | Error, name: Name) => Error
  },
): Promise<SqliteThread<Name>> {
  const worker = new Worker(workerUrl(program), { workerData: { path: options.path } })
  const waiting = new Map<number, Waiting<Name>>()
  let lastId = 0
  let failure: Error | null = null

  const ready = new Promise<void>((resolve, reject) => {
    worker.on('message', (message: ThreadMessage) => {
      if ('ready' in message) resolve()
      else for (const reply of message.replies) settle(reply)
    })
    worker.on('error', (error: Error) => {
      failure = error
      reject(error)
      for (const caller of waiting.values()) caller.reject(options.toError(error, caller.name))
      waiting.clear()
    })
  })
  const exited = new Promise<void>((resolve) => worker.on('exit', () => resolve()))
  await ready

  function settle(reply: ThreadReply): void {
    const caller = waiting.get(reply.id)
    waiting.delete(reply.id)
    if (reply.failure && caller) caller.reject(options.toError(reply.failure, caller.name))
    else caller?.resolve(reply.value)
  }
  return {
    run(name, input) {
      if (failure) return Promise.reject(options.toError(failure, name))
      const id = ++lastId
      return new Promise((resolve, reject) => {
        waiting.set(id, { name, resolve, reject })
        worker.postMessage({ id, name, input } satisfies ThreadRequest<Name>)
      })
    },
    async close() {
      worker.postMessage('close')
      await exited
    },
  }
}

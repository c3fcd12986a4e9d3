/** A listener that takes no connection: its queue is full, and nobody empties it. @module */

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

/** A port of this machine where connecting takes for ever. */
export interface DeafListener {
  readonly port: number
  close(): Promise<void>
}

// Stopped as soon as it listens: the kernel completes as many connections as its queue holds, and then none.
const LISTENER = `
const { createServer } = require('node:net')
const { parentPort, workerData } = require('node:worker_threads')
const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  parentPort.postMessage(server.address().port)
  setImmediate(() => Atomics.wait(workerData, 0, 0))
})`

// Its queue is one longer than the backlog.
const QUEUED = 2

/** Start one, its queue filled. */
export async function startDeafListener(): Promise<DeafListener> {
  const workerData = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(LISTENER, { eval: true, workerData })
  const [port] = (await once(worker, 'message')) as [number]
  const queued: Socket[] = []
  for (let count = 0; count < QUEUED; count += 1) {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.on('error', () => {})
    queued.push(socket)
  }
  return {
    port,
    async close() {
      for (const socket of queued) socket.destroy()
      await worker.terminate()
    },
  }
}

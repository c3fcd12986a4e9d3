/** Creates a listener that never accepts a connection, because its queue is full. @module */

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

/** A local port on which a connection attempt never ends. */
export interface DeafListener {
  readonly port: number
  close(): Promise<void>
}

// The thread blocks as soon as it listens. The kernel then completes connections until the queue is full.
const LISTENER = `
const { createServer } = require('node:net')
const { parentPort, workerData } = require('node:worker_threads')
const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  parentPort.postMessage(server.address().port)
  setImmediate(() => Atomics.wait(workerData, 0, 0))
})`

// The queue holds one connection more than the backlog.
const QUEUED = 2

/** Starts a listener and fills its queue. */
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

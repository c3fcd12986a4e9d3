/** A request of Node, read by its events: iterating over one costs as much as signing does. @module */

import type { ReadParts, TakePart } from '../http/read-body.js'

/** What is used of a `Readable`. */
export interface NodeStream {
  readonly readableEnded?: boolean
  readonly destroyed?: boolean
  on(event: string, listener: (value: never) => void): unknown
  off(event: string, listener: (value: never) => void): unknown
}

/** Whether a request can be read by its events. */
export function isNodeStream(request: object): request is NodeStream {
  return 'on' in request && typeof request.on === 'function' && 'off' in request
}

/** The reader of a stream that nobody has read yet. */
export function readNodeStream(stream: NodeStream): ReadParts {
  return (take) =>
    new Promise((resolve, reject) => {
      if (stream.readableEnded) return resolve()
      if (stream.destroyed) return reject(endedEarly())
      listen(stream, { take, resolve, reject })
    })
}

function listen(
  stream: NodeStream,
  options: {
    readonly take: TakePart
    readonly resolve: () => void
    readonly reject: (error: unknown) => void
  },
): void {
  const { take, resolve, reject } = options
  const onData = (part: Uint8Array | string): void => {
    try {
      take(part)
    } catch (error) {
      // What still comes flows on and is dropped.
      stream.off('data', onData)
      reject(error)
    }
  }
  const onClose = (): void => reject(endedEarly())
  stream.on('end', () => {
    stream.off('close', onClose)
    resolve()
  })
  stream.on('error', reject)
  stream.on('close', onClose)
  stream.on('data', onData)
}

function endedEarly(): Error {
  return new Error('the body ended too early')
}

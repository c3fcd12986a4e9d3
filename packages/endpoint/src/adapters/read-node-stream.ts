/** Reads the body of a Node request through its events, because async iteration takes as long as signing. @module */

import type { ReadParts, TakePart } from '../http/read-body.js'

/** Members of a Node `Readable` that the reader uses. */
export interface NodeStream {
  readonly readableEnded?: boolean
  readonly destroyed?: boolean
  on(event: string, listener: (value: never) => void): unknown
  off(event: string, listener: (value: never) => void): unknown
}

/** Returns whether a request can be read through its events. */
export function isNodeStream(request: object): request is NodeStream {
  return 'on' in request && typeof request.on === 'function' && 'off' in request
}

/** Returns the reader of an unread stream. */
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
      // The stream keeps flowing, and the remaining parts are dropped.
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

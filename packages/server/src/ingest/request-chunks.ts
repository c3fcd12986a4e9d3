/** The body of a request, pulled chunk by chunk: nothing is read ahead of whoever takes the bytes. @module */

import type { IncomingMessage } from 'node:http'
import { MediaError } from '@countersign/protocol/errors'

/** A request's body as a queue. */
export interface RequestChunks {
  /**
   * Returns the next chunk, `undefined` after the last one.
   * @throws MediaError CONNECTION_LOST when the connection closes before the body is whole.
   */
  next(): Promise<Buffer | undefined>
  /** Stops listening. The request stays open, so the rest can be drained. */
  stop(): void
}

/** Starts reading. Between two chunks the request is paused, which keeps a slow disk from looking like an idle client. */
export function readChunks(request: IncomingMessage): RequestChunks {
  const queue: Buffer[] = []
  let wake: () => void = () => {}
  function onData(chunk: Buffer): void {
    queue.push(chunk)
    request.pause()
    wake()
  }
  function onChange(): void {
    wake()
  }
  request.on('data', onData).on('end', onChange).on('close', onChange).on('error', onChange)
  request.pause()
  return {
    async next() {
      for (;;) {
        const chunk = queue.shift()
        if (chunk) return chunk
        if (request.readableEnded) return undefined
        if (request.destroyed) throw connectionLost()
        const changed = new Promise<void>((resolve) => {
          wake = resolve
        })
        request.resume()
        await changed
      }
    },
    stop() {
      request.off('data', onData).off('end', onChange).off('close', onChange).off('error', onChange)
    },
  }
}

/** The error of a request whose body is not whole. */
export function connectionLost(): MediaError {
  return new MediaError('CONNECTION_LOST', {
    message: 'The connection was lost before the upload was whole',
  })
}

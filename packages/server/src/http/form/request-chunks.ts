/** Reads the body of a request chunk by chunk, and never ahead of the consumer. @module */

import type { IncomingMessage } from 'node:http'
import { MediaError } from '@countersign/protocol/errors'

/** Chunks of a request's body. */
export interface RequestChunks {
  /**
   * Returns the next chunk, or `undefined` after the last one.
   * @throws MediaError CONNECTION_LOST if the connection closes before the body is complete.
   */
  next(): Promise<Buffer | undefined>
  /** Stops reading. The request stays open, so that the rest can be drained. */
  stop(): void
}

/** Starts to read a request's body. Pauses the request between two chunks, so that a slow disk does not look like an idle client. */
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

/** Creates the error for a request whose body is incomplete. */
export function connectionLost(): MediaError {
  return new MediaError('CONNECTION_LOST', {
    message: 'The connection was lost before the upload was complete',
  })
}

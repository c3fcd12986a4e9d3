/** A decoder: the process that opens what strangers send. It holds no key, and may be killed at any time. @module */

import { writeFile } from 'node:fs/promises'
import { MediaError } from '@countersign/protocol/errors'
import {
  DECODER_READY,
  type DecoderReply,
  type DecoderRequest,
  REFUSAL_CODES,
} from './decoder-messages.js'
import { inspectImage, readImageHeader } from './inspect.js'
import { loadSharp } from './load-sharp.js'
import { deriveImage } from './pipeline.js'

if (process.send) await serve((message) => process.send?.(message))

async function serve(send: (message: DecoderReply | typeof DECODER_READY) => void): Promise<void> {
  // The server has gone, however it went. An orderly exit would wait for the picture at hand.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  // A terminal and a supervisor signal the whole group; the server, which still drains, decides when this ends.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  await loadSharp()
  process.on('message', async (request: DecoderRequest) => send(await answer(request)))
  send(DECODER_READY)
}

async function answer(request: DecoderRequest): Promise<DecoderReply> {
  try {
    return await carryOut(request)
  } catch (error) {
    if (isOutOfMemory(error)) return { isOutOfMemory: true }
    const { code, message, details } = error instanceof MediaError ? error : toFailure(error)
    const refused = REFUSAL_CODES.find((known) => known === code)
    return refused ? { refusal: { code: refused, message, details } } : { failure: message }
  }
}

async function carryOut(request: DecoderRequest): Promise<DecoderReply> {
  const { path } = request
  switch (request.task) {
    case 'header':
      return { image: await readImageHeader(path) }
    case 'inspect':
      return { image: await inspectImage(path, request.options) }
    case 'derive': {
      const bytes = await deriveImage(path, request.plan)
      await writeFile(request.outputPath, bytes, { flag: 'wx', mode: 0o600 })
      return { isWritten: true }
    }
  }
}

function toFailure(error: unknown): MediaError {
  return new MediaError('INTERNAL', { message: String(error), cause: error })
}

/** Of libvips, of V8's buffers and of C++, wherever it stands in the chain of causes. */
function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return (
    /out of memory|allocation failed|cannot allocate|bad_alloc/i.test(error.message) ||
    isOutOfMemory(error.cause)
  )
}

/** The program of a decoder process, which opens untrusted images. It holds no keys, and the server may kill it at any time. @module */

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
  // The server has ended. A normal exit would wait for the current image.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  // Terminals and supervisors signal the whole process group. The server may still drain, so it decides when a decoder ends.
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

/** Returns true for an out-of-memory error of libvips, V8 or C++, anywhere in the chain of causes. */
function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return (
    /out of memory|allocation failed|cannot allocate|bad_alloc/i.test(error.message) ||
    isOutOfMemory(error.cause)
  )
}

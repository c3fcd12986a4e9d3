/** Sends a large file in parts: the first part alone, the middle parts in parallel, then the last part. @module */

import { type ByteRange, bytesIn, isCovered } from './byte-ranges.js'
import type { SendFileOptions } from './send-file.js'
import type { Part, PartSender, SendProgress } from './send-part.js'

/**
 * Sends the parts that the server does not have.
 *
 * @returns The server's answer to the last part.
 */
export async function sendParts(
  options: SendFileOptions,
  sendPart: PartSender,
): Promise<Readonly<Record<string, unknown>>> {
  const { received, onStored } = options
  const parts = partsOf(options.file.size, options.maxChunkBytes)
  const [first, last] = [parts[0] as Part, parts.at(-1) as Part]
  const progress = createPartProgress(options)
  const failed = new AbortController()
  const stop = (): void => failed.abort(options.signal.reason)
  options.signal.addEventListener('abort', stop)
  if (options.signal.aborted) stop()

  async function store(part: Part): Promise<Readonly<Record<string, unknown>>> {
    const onProgress = (step: SendProgress): void => progress.follow(part, step, part === last)
    const answer = await sendPart(part, { signal: failed.signal, onProgress })
    const range = rangeOf(part)
    progress.finish(part, range)
    onStored(range)
    return answer
  }

  try {
    // The first part sets the parameters of the upload session, so it goes alone.
    if (!isCovered(rangeOf(first), received)) await store(first)
    const middle = parts.slice(1, -1).filter((part) => !isCovered(rangeOf(part), received))
    await eachOf(middle, store, options.maxParallelParts)
    // Always sends the last part, even if the server has it: a finished upload session answers this part with the asset.
    return await store(last)
  } catch (error) {
    // Stops the parts that are still being sent.
    failed.abort()
    throw error
  } finally {
    options.signal.removeEventListener('abort', stop)
  }
}

function partsOf(size: number, maxChunkBytes: number): Part[] {
  return Array.from({ length: Math.ceil(size / maxChunkBytes) }, (_, index) => ({
    start: index * maxChunkBytes,
    end: Math.min(size, (index + 1) * maxChunkBytes),
    isWhole: false,
  }))
}

function rangeOf({ start, end }: Part): ByteRange {
  return [start, end - 1]
}

async function eachOf(
  parts: readonly Part[],
  store: (part: Part) => Promise<unknown>,
  maxParallel: number,
): Promise<void> {
  const left = [...parts]
  const work = async (): Promise<void> => {
    for (let part = left.shift(); part; part = left.shift()) await store(part)
  }
  await Promise.all(Array.from({ length: Math.max(1, maxParallel) }, work))
}

interface PartProgress {
  follow(part: Part, step: SendProgress, isLast: boolean): void
  finish(part: Part, range: ByteRange): void
}

/** Combines the progress of the parts into the progress of the file. */
function createPartProgress({ received, onProgress }: SendFileOptions): PartProgress {
  const stored: ByteRange[] = [...received]
  const underWay = new Map<Part, number>()
  const tell = (): void => {
    const sentBytes = [...underWay.values()].reduce((sum, sent) => sum + sent, bytesIn(stored))
    onProgress({ phase: 'uploading', sentBytes })
  }
  return {
    follow(part, step, isLast) {
      if (step.phase === 'uploading') underWay.set(part, step.sentBytes)
      else if (step.phase !== 'processing') underWay.delete(part)
      else if (!isLast) underWay.set(part, part.end - part.start)
      else {
        onProgress(step)
        return
      }
      // A part's wait or retry is shown only if no other part is being sent.
      if (underWay.size === 0) onProgress(step)
      // A stopped part does not reduce the shown bytes. If the connection is lost, the other parts stop too.
      else if (underWay.has(part)) tell()
    },
    finish(part, range) {
      underWay.delete(part)
      if (!isCovered(range, stored)) stored.push(range)
      if (underWay.size > 0) tell()
    },
  }
}

/** Reading metadata within limits: one question at a time, in a thread that is stopped when it takes too long. @module */

import { Worker } from 'node:worker_threads'
import { MediaError } from '@countersign/protocol/errors'
import type { PixelSize } from '../picture-limits.js'
import { workerUrl } from '../worker-url.js'
import type { ImageTags } from './image-tags.js'
import { type MediaFacts, mediaProperties, pictureSize } from './media-properties.js'
import type { MetadataReply, MetadataRequest, MetadataWorkerData } from './metadata-worker.js'

/** Reads what files say about themselves. */
export interface MetadataReader {
  /**
   * What a video or a sound is.
   * @throws MediaError ASSET_TYPE_REFUSED when it is none that can be read, or not in time; RATE_LIMITED when too many wait.
   */
  readMedia(path: string): Promise<MediaFacts>
  /**
   * EXIF, IPTC and XMP; `null` where they cannot be read, or not in time.
   * @throws MediaError RATE_LIMITED when too many wait.
   */
  readImageTags(path: string): Promise<ImageTags | null>
  /** Reads width and height of an image that this server does not decode. Returns `null` if that fails, takes too long, or too many files wait. */
  readPictureSize(path: string): Promise<PixelSize | null>
  /** Pages of a PDF, which nobody asks for; `null` where it does not say, or not in time, and where four files wait already. */
  readPdfPages(path: string): Promise<number | null>
  /** Ends the thread. Files that are being read fail. */
  close(): void
}

/** Options of {@link createMetadataReader}; tests shorten them. */
export interface MetadataReaderOptions {
  /**
   * Wall clock of one file, in seconds.
   * @default 10
   */
  readonly maxSeconds?: number
  /**
   * The same of a PDF, of which little is read.
   * @default 2
   */
  readonly maxPdfSeconds?: number
  /**
   * Files that may wait while one is read.
   * @default 64
   */
  readonly maxWaiting?: number
  /**
   * The package that reads videos.
   * @default 'mediainfo.js'
   */
  readonly mediaLibrary?: string
}

/** Pages are not worth a longer line: each may take `maxSeconds`. */
const MOST_BEFORE_PDF = 4
/** Memory of the thread, in MiB, and as much again for WebAssembly. */
const MAX_MEMORY_MIB = 256
/** The thread is given up when nobody asked for so long, in milliseconds. */
const IDLE_MS = 30_000

/** Make a reader; its thread starts with the first question and keeps no process alive. */
export function createMetadataReader(options: MetadataReaderOptions = {}): MetadataReader {
  const { maxSeconds = 10, maxPdfSeconds = 2, maxWaiting = 64 } = options
  const { mediaLibrary = 'mediainfo.js' } = options
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let turn: Promise<unknown> = Promise.resolve()
  /** Being read, or waiting for it. */
  let asked = 0

  function stop(): void {
    worker?.terminate()
    worker = undefined
  }

  async function ask(request: MetadataRequest): Promise<MetadataReply> {
    clearTimeout(idle)
    // It ended by itself.
    if (worker?.threadId === -1) worker = undefined
    worker ??= await startWorker(mediaLibrary)
    const seconds = request.subject === 'pdf' ? maxPdfSeconds : maxSeconds
    const reply = await withinSeconds(worker, request, seconds)
    // A thread that failed once may be in any state.
    if ('failure' in reply) stop()
    idle = setTimeout(stop, IDLE_MS)
    idle.unref()
    return reply
  }

  /** `null` when too many wait. */
  function read(request: MetadataRequest): Promise<MetadataReply> | null {
    const most = request.subject === 'pdf' ? Math.min(MOST_BEFORE_PDF, maxWaiting) : maxWaiting
    if (asked > most) return null
    asked += 1
    const reply = turn
      .then(() => ask(request))
      .finally(() => {
        asked -= 1
      })
    turn = reply.catch(() => {})
    return reply
  }

  async function readOrRefuse(request: MetadataRequest): Promise<MetadataReply> {
    const reply = await read(request)
    if (!reply) throw tooMany(asked)
    if ('absent' in reply) throw absent(reply.absent)
    return reply
  }

  return {
    async readMedia(path) {
      const reply = await readOrRefuse({ subject: 'media', path })
      const facts = 'tracks' in reply ? mediaProperties(reply.tracks) : null
      if (facts) return facts
      throw new MediaError('ASSET_TYPE_REFUSED', {
        message: 'Unsupported video format or file',
        details: { reason: 'failure' in reply ? reply.failure : 'no picture and no sound' },
      })
    },
    async readImageTags(path) {
      const reply = await readOrRefuse({ subject: 'image', path })
      return 'tags' in reply ? reply.tags : null
    },
    async readPictureSize(path) {
      const reply = await read({ subject: 'media', path })
      return reply && 'tracks' in reply ? pictureSize(reply.tracks) : null
    },
    async readPdfPages(path) {
      const reply = await read({ subject: 'pdf', path })
      return reply && 'pages' in reply ? reply.pages : null
    },
    close() {
      clearTimeout(idle)
      stop()
    },
  }
}

/** The clock of the first file begins when the thread runs, which a busy machine may take seconds for. */
async function startWorker(mediaLibrary: string): Promise<Worker> {
  const worker = new Worker(workerUrl('metadata-worker'), {
    workerData: {
      mediaLibrary,
      maxMemoryBytes: MAX_MEMORY_MIB * 1024 * 1024,
    } satisfies MetadataWorkerData,
    resourceLimits: { maxOldGenerationSizeMb: MAX_MEMORY_MIB, maxYoungGenerationSizeMb: 32 },
    stderr: true,
  })
  // The error of a thread that nobody asks any more must find somebody, too.
  worker.on('error', () => {})
  worker.unref()
  await new Promise((resolve) => worker.once('online', resolve).once('exit', resolve))
  return worker
}

function withinSeconds(
  worker: Worker,
  request: MetadataRequest,
  maxSeconds: number,
): Promise<MetadataReply> {
  return new Promise((resolve) => {
    const timer = setTimeout(
      () => settle({ failure: `it took longer than ${maxSeconds} seconds` }),
      maxSeconds * 1000,
    )
    const onError = (error: Error): void => settle({ failure: error.message })
    const onExit = (): void => settle({ failure: 'the reader ended' })
    function settle(reply: MetadataReply): void {
      clearTimeout(timer)
      worker.off('message', settle).off('error', onError).off('exit', onExit)
      resolve(reply)
    }
    worker.once('message', settle).once('error', onError).once('exit', onExit)
    worker.postMessage(request)
  })
}

function absent(name: string): MediaError {
  return new MediaError('ASSET_TYPE_REFUSED', {
    message: `Reading this file needs the package ${name}, which is not installed on this server`,
  })
}

function tooMany(asked: number): MediaError {
  return new MediaError('RATE_LIMITED', {
    message: `${asked} files are being read or wait for it. Try again`,
    details: { retryAfterSeconds: 1 },
  })
}

/** Reads metadata of files within time and memory limits. A worker thread reads one file at a time. @module */

import { Worker } from 'node:worker_threads'
import { MediaError } from '@countersign/protocol/errors'
import type { PixelSize } from '../picture-limits.js'
import { workerUrl } from '../worker-url.js'
import type { ImageTags } from './image-tags.js'
import { type MediaFacts, mediaProperties, pictureSize } from './media-properties.js'
import type { MetadataReply, MetadataRequest, MetadataWorkerData } from './metadata-worker.js'

/** Reads metadata of files. */
export interface MetadataReader {
  /**
   * Reads the properties of a video or audio file.
   * @throws MediaError ASSET_TYPE_REFUSED if the file cannot be read or takes too long, RATE_LIMITED if too many files wait.
   */
  readMedia(path: string): Promise<MediaFacts>
  /**
   * Reads the EXIF, IPTC and XMP tags of an image. Returns `null` if that fails or takes too long.
   * @throws MediaError RATE_LIMITED if too many files wait.
   */
  readImageTags(path: string): Promise<ImageTags | null>
  /** Reads width and height of an image that this server does not decode. Returns `null` if that fails, takes too long, or too many files wait. */
  readPictureSize(path: string): Promise<PixelSize | null>
  /** Counts the pages of a PDF. Returns `null` if the number is unknown, if counting takes too long, or if four files wait already. */
  readPdfPages(path: string): Promise<number | null>
  /** Stops the thread. Files that are being read fail. */
  close(): void
}

/** Options of {@link createMetadataReader}; tests shorten them. */
export interface MetadataReaderOptions {
  /**
   * Maximum time to read one file, in seconds.
   * @default 10
   */
  readonly maxSeconds?: number
  /**
   * Maximum time to count the pages of a PDF, in seconds. Only small parts of the file are read.
   * @default 2
   */
  readonly maxPdfSeconds?: number
  /**
   * Maximum files that wait while another one is read.
   * @default 64
   */
  readonly maxWaiting?: number
  /**
   * Name of the package that reads video and audio files.
   * @default 'mediainfo.js'
   */
  readonly mediaLibrary?: string
}

/** Maximum files that may be ahead of a PDF. Each can take `maxSeconds`, and no client requests the number of pages. */
const MOST_BEFORE_PDF = 4
/** Maximum memory of the thread in MiB. WebAssembly may use the same amount again. */
const MAX_MEMORY_MIB = 256
/** Milliseconds without a request after which the thread is stopped. */
const IDLE_MS = 30_000

/** Creates a reader. Its thread starts with the first request, and does not keep the process running. */
export function createMetadataReader(options: MetadataReaderOptions = {}): MetadataReader {
  const { maxSeconds = 10, maxPdfSeconds = 2, maxWaiting = 64 } = options
  const { mediaLibrary = 'mediainfo.js' } = options
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let turn: Promise<unknown> = Promise.resolve()
  /** Number of files that are being read or wait. */
  let asked = 0

  function stop(): void {
    worker?.terminate()
    worker = undefined
  }

  async function ask(request: MetadataRequest): Promise<MetadataReply> {
    clearTimeout(idle)
    // The thread has ended by itself.
    if (worker?.threadId === -1) worker = undefined
    worker ??= await startWorker(mediaLibrary)
    const seconds = request.subject === 'pdf' ? maxPdfSeconds : maxSeconds
    const reply = await withinSeconds(worker, request, seconds)
    // After a failure, the state of the thread is unknown.
    if ('failure' in reply) stop()
    idle = setTimeout(stop, IDLE_MS)
    idle.unref()
    return reply
  }

  /** Reads a file after all earlier ones. Returns `null` if too many files wait. */
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

/** Starts the thread and waits until it runs. A busy machine may need seconds, which must not count as time of the first file. */
async function startWorker(mediaLibrary: string): Promise<Worker> {
  const worker = new Worker(workerUrl('metadata-worker'), {
    workerData: {
      mediaLibrary,
      maxMemoryBytes: MAX_MEMORY_MIB * 1024 * 1024,
    } satisfies MetadataWorkerData,
    resourceLimits: { maxOldGenerationSizeMb: MAX_MEMORY_MIB, maxYoungGenerationSizeMb: 32 },
    stderr: true,
  })
  // Without a listener, an error of an idle thread would end the process.
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
    message: `${asked} files are being read or waiting to be read. Try again later`,
    details: { retryAfterSeconds: 1 },
  })
}

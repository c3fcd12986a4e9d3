/** A pool of decoder processes that open untrusted images, so that a hostile image cannot harm the server or other images. @module */

import { resolve } from 'node:path'
import { MediaError } from '@countersign/protocol/errors'
import { LIMIT_SPECS, type ServerLimits } from '../../limits.js'
import { type DecoderReply, type DecoderRequest, toRefusalError } from './decoder-messages.js'
import { createDecoderSlots, type DecodeTurn } from './decoder-slots.js'
import type { InspectedImage, InspectImageOptions } from './inspect.js'
import type { DerivativePlan } from './plan.js'
import { type Decoder, type DecoderOutcome, startDecoder } from './start-decoder.js'

/** Limits on the number, queue, time and memory of decoders. */
export type DecoderLimits = Pick<
  ServerLimits,
  'maxDecoders' | 'maxDecodeQueue' | 'maxDecodeSeconds' | 'maxDecoderBytes'
>

/** Options of {@link createDecoderPool}. */
export interface DecoderPoolOptions {
  readonly limits: DecoderLimits
  readonly log: {
    warn(details: object, message: string): void
    error(details: object, message: string): void
  }
  /**
   * Seconds without a task after which a decoder ends.
   * @default 60
   */
  readonly idleSeconds?: number
}

/** A derivative to make, and the file to write it to. */
export interface DeriveOrder {
  readonly plan: DerivativePlan
  /** Path of a new file. After a failure, the caller must remove the file. */
  readonly outputPath: string
  /**
   * Number of waiting tasks at which the order is refused. Orders of uploads pass `Infinity`, because uploads have their own limits.
   * @default maxDecodeQueue
   */
  readonly maxWaiting?: number | undefined
}

/** Decodes images in separate processes. Processes start with the first image and do not keep the program alive. */
export interface DecoderPool {
  /**
   * Reads only the header of an image. Runs before waiting decodes.
   * @throws MediaError IMAGE_INVALID, RATE_LIMITED, INTERNAL
   */
  readHeader(path: string): Promise<InspectedImage>
  /**
   * Reads the header of an image, and decodes its pixels on request.
   * @throws MediaError IMAGE_INVALID if the image is invalid, takes too long, needs too much memory, or crashes the decoder.
   * @throws MediaError ASSET_TOO_LARGE if the image has too many pixels or frames, or a side that is too long.
   * @throws MediaError INTERNAL if no decoder starts or the decoder fails; RATE_LIMITED if the pool is closed.
   */
  inspect(path: string, options?: InspectImageOptions): Promise<InspectedImage>
  /**
   * Makes a derivative.
   * @throws MediaError IMAGE_INVALID and INTERNAL as `inspect` does; RATE_LIMITED if too many tasks wait or the pool is closed.
   */
  derive(path: string, order: DeriveOrder): Promise<void>
  /** Kills all decoders. Running and waiting tasks are refused. */
  close(): Promise<void>
  /** Returns the ids of the decoder processes. */
  pids(): readonly number[]
}

/** Number of images after which a decoder is replaced, to free memory lost to fragmentation. */
const MAX_PICTURES = 1000
const MIB = 1024 * 1024

/** Creates a decoder pool. Starts no process before the first image. */
export function createDecoderPool(options: DecoderPoolOptions): DecoderPool {
  const { limits, log, idleSeconds = 60 } = options
  const { maxDecodeQueue } = limits
  const slots = createDecoderSlots(limits.maxDecoders)
  const pictures = new Map<Decoder, number>()
  const idle: { readonly decoder: Decoder; readonly timer: NodeJS.Timeout }[] = []
  let isClosed = false

  function take(): Decoder {
    // Takes the decoder used last, so that decoders that are not needed become idle and end.
    for (let last = idle.pop(); last; last = idle.pop()) {
      clearTimeout(last.timer)
      if (last.decoder.isAlive()) return last.decoder
      pictures.delete(last.decoder)
    }
    return start()
  }

  function start(): Decoder {
    return startDecoder({ maxBytes: limits.maxDecoderBytes, maxSeconds: limits.maxDecodeSeconds })
  }

  async function drop(decoder: Decoder): Promise<void> {
    await decoder.end()
    pictures.delete(decoder)
  }

  function giveBack(decoder: Decoder): void {
    const timer = setTimeout(() => {
      idle.splice(
        idle.findIndex((entry) => entry.decoder === decoder),
        1,
      )
      void drop(decoder)
    }, idleSeconds * 1000)
    timer.unref()
    idle.push({ decoder, timer })
  }

  async function decode(
    request: DecoderRequest,
    { isFresh = false }: { isFresh?: boolean } = {},
  ): Promise<DecoderReply> {
    if (isClosed) throw stopping()
    const decoder = isFresh ? start() : take()
    const count = (pictures.get(decoder) ?? 0) + 1
    pictures.set(decoder, count)
    const outcome = await decoder.ask(request)
    const isKept = 'reply' in outcome && !('isOutOfMemory' in outcome.reply)
    if (isKept && count < MAX_PICTURES && !isClosed) giveBack(decoder)
    else await drop(decoder)
    if (isClosed && !isKept) throw stopping()
    const reply = replyOf(outcome, decoder)
    // Earlier images may have filled the decoder's memory, so the image gets a second attempt in a fresh decoder.
    return 'isOutOfMemory' in reply && count > 1 ? decode(request, { isFresh: true }) : reply
  }

  function replyOf(outcome: DecoderOutcome, { pid }: Decoder): DecoderReply {
    if ('reply' in outcome) return outcome.reply
    const { problem, reason } = outcome
    if (problem === 'not-started') {
      log.error({ pid, reason }, 'a decoder did not start')
      throw new MediaError('INTERNAL', { message: 'a decoder did not start', details: { reason } })
    }
    log.warn({ pid, problem, reason }, 'a decoder crashed or timed out')
    throw problem === 'late' ? late(limits) : crashed()
  }

  async function ask(request: DecoderRequest, turn: DecodeTurn): Promise<DecoderReply> {
    const reply = await slots.run(() => decode(request), turn)
    if ('refusal' in reply) throw toRefusalError(reply.refusal)
    if ('isOutOfMemory' in reply) throw outOfMemory(limits)
    if ('failure' in reply) throw failed(reply.failure)
    return reply
  }

  async function askImage(request: DecoderRequest, turn: DecodeTurn): Promise<InspectedImage> {
    const reply = await ask(request, turn)
    if ('image' in reply) return reply.image
    throw failed('the decoder sent an unexpected reply')
  }

  return {
    readHeader: (path) =>
      askImage(
        { task: 'header', path: resolve(path) },
        { maxWaiting: maxDecodeQueue, isUrgent: true },
      ),
    inspect: (path, inspection = {}) =>
      askImage({ task: 'inspect', path: resolve(path), options: inspection }, {}),
    async derive(path, { plan, outputPath, maxWaiting = maxDecodeQueue }) {
      const paths = { path: resolve(path), outputPath: resolve(outputPath) }
      await ask({ task: 'derive', plan, ...paths }, { maxWaiting })
    },
    async close() {
      isClosed = true
      for (const { timer } of idle.splice(0)) clearTimeout(timer)
      await Promise.all([...pictures.keys()].map(drop))
    },
    pids: () => [...pictures.keys()].flatMap(({ pid }) => pid ?? []),
  }
}

function late({ maxDecodeSeconds: maxSeconds }: DecoderLimits): MediaError {
  const { variable } = LIMIT_SPECS.maxDecodeSeconds
  return new MediaError('IMAGE_INVALID', {
    message: `The image took longer than ${maxSeconds} seconds (${variable})`,
    details: { maxSeconds },
  })
}

function outOfMemory({ maxDecoderBytes }: DecoderLimits): MediaError {
  const { variable } = LIMIT_SPECS.maxDecoderBytes
  return new MediaError('IMAGE_INVALID', {
    message: `The image needs more than ${Math.floor(maxDecoderBytes / MIB)} MiB of memory (${variable})`,
    details: { maxDecoderBytes },
  })
}

function crashed(): MediaError {
  return new MediaError('IMAGE_INVALID', {
    message: 'Invalid image file: decoding it crashed the decoder',
  })
}

function failed(reason: string): MediaError {
  return new MediaError('INTERNAL', { message: 'a decoder failed', details: { reason } })
}

function stopping(): MediaError {
  return new MediaError('RATE_LIMITED', { message: 'The server is stopping. Try again' })
}

/** Decoders: a few processes that open what strangers send, so that a hostile picture costs itself and nothing else. @module */

import { resolve } from 'node:path'
import { MediaError } from '@countersign/protocol/errors'
import { LIMIT_SPECS, type ServerLimits } from '../../limits.js'
import { type DecoderReply, type DecoderRequest, toRefusalError } from './decoder-messages.js'
import { createDecoderSlots, type DecodeTurn } from './decoder-slots.js'
import type { InspectedImage, InspectImageOptions } from './inspect.js'
import type { DerivativePlan } from './plan.js'
import { type Decoder, type DecoderOutcome, startDecoder } from './start-decoder.js'

/** What decoders may cost. */
export type DecoderLimits = Pick<
  ServerLimits,
  'maxDecoders' | 'maxDecodeQueue' | 'maxDecodeSeconds' | 'maxDecoderBytes'
>

/** What {@link createDecoderPool} takes. */
export interface DecoderPoolOptions {
  readonly limits: DecoderLimits
  readonly log: {
    warn(details: object, message: string): void
    error(details: object, message: string): void
  }
  /**
   * A decoder ends when it had nothing to do for so long.
   * @default 60
   */
  readonly idleSeconds?: number
}

/** What is to be derived, and where to. */
export interface DeriveOrder {
  readonly plan: DerivativePlan
  /** A new file; what a failure leaves there is the caller's to remove. */
  readonly outputPath: string
  /**
   * Pictures that may wait ahead of it. What an upload asks for always waits: uploads are capped elsewhere.
   * @default maxDecodeQueue
   */
  readonly maxWaiting?: number | undefined
}

/** Decodes pictures elsewhere. Processes start with the first picture and keep no program alive. */
export interface DecoderPool {
  /**
   * Read a picture's header alone, ahead of all that are decoded.
   * @throws MediaError IMAGE_INVALID, RATE_LIMITED, INTERNAL
   */
  readHeader(path: string): Promise<InspectedImage>
  /**
   * Read a picture's header, and on demand its pixels.
   * @throws MediaError IMAGE_INVALID also when it takes too long, too much memory, or the decoder down.
   * @throws MediaError ASSET_TOO_LARGE when it has too many pixels, frames or too long a side.
   * @throws MediaError INTERNAL when there is no decoder to be had.
   */
  inspect(path: string, options?: InspectImageOptions): Promise<InspectedImage>
  /**
   * Make a derivative.
   * @throws MediaError IMAGE_INVALID and INTERNAL as `inspect` does, RATE_LIMITED when too many wait already.
   */
  derive(path: string, order: DeriveOrder): Promise<void>
  /** Kill all; what runs or waits is refused. */
  close(): Promise<void>
  /** Processes at this moment. */
  pids(): readonly number[]
}

/** Pictures after which a process is replaced: what its memory has lost to fragments comes back. */
const MAX_PICTURES = 1000
const MIB = 1024 * 1024

/** Make a pool; nothing is started until a picture comes. */
export function createDecoderPool(options: DecoderPoolOptions): DecoderPool {
  const { limits, log, idleSeconds = 60 } = options
  const { maxDecodeQueue } = limits
  const slots = createDecoderSlots(limits.maxDecoders)
  const pictures = new Map<Decoder, number>()
  const idle: { readonly decoder: Decoder; readonly timer: NodeJS.Timeout }[] = []
  let isClosed = false

  function take(): Decoder {
    // The last one used, so that those which are not needed end.
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
    // What earlier pictures left in its memory must not decide about this one.
    return 'isOutOfMemory' in reply && count > 1 ? decode(request, { isFresh: true }) : reply
  }

  function replyOf(outcome: DecoderOutcome, { pid }: Decoder): DecoderReply {
    if ('reply' in outcome) return outcome.reply
    const { problem, reason } = outcome
    if (problem === 'not-started') {
      log.error({ pid, reason }, 'a decoder did not start')
      throw new MediaError('INTERNAL', { message: 'a decoder did not start', details: { reason } })
    }
    log.warn({ pid, problem, reason }, 'a picture took its decoder down')
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
    throw failed('the decoder answered something else')
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
    message: 'Invalid image file: decoding it ended the decoder',
  })
}

function failed(reason: string): MediaError {
  return new MediaError('INTERNAL', { message: 'a decoder failed', details: { reason } })
}

function stopping(): MediaError {
  return new MediaError('RATE_LIMITED', { message: 'The server is stopping. Try again' })
}

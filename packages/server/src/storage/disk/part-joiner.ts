/** Parts of chunked uploads become one file while the rest of them arrive; the work is done in a thread of its own. @module */

import { Worker } from 'node:worker_threads'
import { MediaError } from '@countersign/protocol/errors'
import { workerUrl } from '../../worker-url.js'
import { createId } from '../create-id.js'
import type { JoinedBytes, JoinReply, JoinRequest, PartFile } from './part-joiner-worker.js'
import type { StagingFolder } from './staging.js'

export type { PartFile }

/** A joined file in the staging folder, on the medium. */
export interface JoinedFile {
  readonly stagingId: string
  readonly path: string
  readonly bytes: number
  /** 32 hex. */
  readonly md5: string
  /** Its first bytes, at most `HEAD_BYTES`. */
  readonly head: Buffer
}

/** Joins parts, in the order of their bytes. */
export interface PartJoiner {
  /**
   * Take along what follows what is joined already. Does nothing where nothing does, and after `finish` or `drop`; a failure is the
   * last order's to report.
   */
  advance(sessionId: string, parts: readonly PartFile[]): void
  /**
   * Join all parts, or what is left of them.
   * @throws MediaError STORAGE_UNAVAILABLE, also after `close`; nothing is left of the joined file then.
   */
  finish(sessionId: string, parts: readonly PartFile[]): Promise<JoinedFile>
  /** Forget a session; its joined file goes. */
  drop(sessionId: string): void
  /** Ends the thread; what is not finished goes. */
  close(): Promise<void>
}

interface Started {
  readonly stagingId: string
  readonly path: string
  /** Bytes that are joined once all orders so far are carried out. */
  orderedBytes: number
  /** The last of them. */
  ordered: Promise<unknown>
  readonly timer: NodeJS.Timeout
}

/** Sessions that are joined before they are whole; the others are when they are. */
const MOST_EARLY = 32
/** An upload that stands still this long, in milliseconds, is joined from the beginning when it is whole. */
const KEPT_MS = 5 * 60_000
/** Sessions that are remembered as ended: a part that was taken before comes to be joined a moment later. */
const MOST_ENDED = 1000

/** Make a joiner; its thread starts with the first part. */
export function createPartJoiner(staging: Pick<StagingFolder, 'pathOf'>): PartJoiner {
  const started = new Map<string, Started>()
  const ended = new Set<string>()
  let thread: JoinThread | undefined
  let isClosed = false

  async function order(request: JoinRequest): Promise<JoinedBytes | null> {
    if (isClosed) throw new Error('the joiner is closed')
    thread ??= startThread(() => {
      thread = undefined
      // What it held open is lost with it.
      for (const sessionId of [...started.keys()]) forget(sessionId)
    })
    return thread.order(request)
  }

  function begin(sessionId: string): Started {
    const stagingId = createId()
    const timer = setTimeout(() => drop(sessionId), KEPT_MS).unref()
    const path = staging.pathOf(stagingId)
    const join = { stagingId, path, orderedBytes: 0, ordered: Promise.resolve(), timer }
    started.set(sessionId, join)
    return join
  }

  function forget(sessionId: string): Started | undefined {
    const join = started.get(sessionId)
    clearTimeout(join?.timer)
    started.delete(sessionId)
    return join
  }

  /** Nothing of it is joined early any more. */
  function end(sessionId: string): void {
    ended.add(sessionId)
    const [oldest] = ended
    if (ended.size > MOST_ENDED && oldest !== undefined) ended.delete(oldest)
  }

  function drop(sessionId: string): void {
    end(sessionId)
    const join = forget(sessionId)
    if (join) void order({ order: 'drop', path: join.path }).catch(() => {})
  }

  return {
    advance(sessionId, parts) {
      if (ended.has(sessionId)) return
      const earlier = started.get(sessionId)
      const next = following(parts, earlier?.orderedBytes ?? 0)
      if (next.length === 0 || (!earlier && started.size >= MOST_EARLY)) return
      const join = earlier ?? begin(sessionId)
      const { path, orderedBytes: fromByte } = join
      join.timer.refresh()
      join.orderedBytes = endOf(next)
      join.ordered = order({ order: 'append', path, fromByte, parts: next })
      join.ordered.catch(() => {
        if (started.get(sessionId) === join) forget(sessionId)
      })
    },
    async finish(sessionId, parts) {
      end(sessionId)
      // What went wrong with the earlier parts may go right now.
      await started.get(sessionId)?.ordered.catch(() => {})
      const { stagingId, path, orderedBytes: fromByte } = started.get(sessionId) ?? begin(sessionId)
      forget(sessionId)
      try {
        const rest = following(parts, fromByte)
        const joined = await order({ order: 'finish', path, fromByte, parts: rest })
        if (!joined) throw new TypeError('the last order of a file tells about it')
        return { stagingId, path, ...joined, head: Buffer.from(joined.head) }
      } catch (cause) {
        throw new MediaError('STORAGE_UNAVAILABLE', {
          message: 'the parts could not be joined',
          cause,
        })
      }
    },
    drop,
    async close() {
      isClosed = true
      for (const sessionId of [...started.keys()]) forget(sessionId)
      await thread?.close()
    },
  }
}

/** The parts that continue a file of so many bytes without a gap. */
function following(parts: readonly PartFile[], bytes: number): readonly PartFile[] {
  const next: PartFile[] = []
  const waiting = parts
    .filter(({ firstByte }) => firstByte >= bytes)
    .sort((one, other) => one.firstByte - other.firstByte)
  for (const part of waiting) {
    if (part.firstByte !== (next.length > 0 ? endOf(next) : bytes)) break
    next.push(part)
  }
  return next
}

function endOf(parts: readonly PartFile[]): number {
  return (parts.at(-1)?.lastByte ?? -1) + 1
}

interface JoinThread {
  order(request: JoinRequest): Promise<JoinedBytes | null>
  close(): Promise<void>
}

interface Waiting {
  resolve(joined: JoinedBytes | null): void
  reject(error: unknown): void
}

function startThread(onLost: () => void): JoinThread {
  const worker = new Worker(workerUrl('part-joiner-worker'))
  /** Callers, in the order of their orders. */
  const waiting: Waiting[] = []
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  exited.then(() => lose(new Error('the joiner ended')))
  // An idle thread holds up no end.
  worker.unref()
  worker.on('message', (reply: JoinReply) => {
    const caller = waiting.shift()
    if (waiting.length === 0) worker.unref()
    if ('failure' in reply) caller?.reject(reply.failure)
    else caller?.resolve(reply.joined)
  })
  worker.on('error', lose)
  function lose(error: Error): void {
    onLost()
    for (const { reject } of waiting.splice(0)) reject(error)
  }
  return {
    order(request) {
      worker.ref()
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
        worker.postMessage(request)
      })
    },
    async close() {
      worker.ref()
      worker.postMessage('close')
      await exited
    },
  }
}

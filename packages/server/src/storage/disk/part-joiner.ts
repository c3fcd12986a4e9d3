/** Hashes the parts of chunked uploads while later parts arrive, and joins them into one file. A separate thread does the work. @module */

import { Worker } from 'node:worker_threads'
import { MediaError } from '@countersign/protocol/errors'
import { workerUrl } from '../../worker-url.js'
import type { JoinedBytes, JoinReply, JoinRequest, PartFile } from './part-joiner-worker.js'

export type { PartFile }

/** Joins the parts of chunked uploads in the order of their bytes. */
export interface PartJoiner {
  /**
   * Starts hashing the parts that directly follow the hashed ones. Does nothing if there are none, or after `finish` or `drop`. After a
   * failure, `finish` starts over.
   */
  advance(sessionId: string, parts: readonly PartFile[]): void
  /**
   * Joins all parts in the file at `path`, which is created if it is missing, and syncs it. Parts that are in the file already are not
   * copied.
   * @throws MediaError STORAGE_UNAVAILABLE when joining fails, or after `close`.
   */
  finish(
    sessionId: string,
    file: { readonly path: string; readonly parts: readonly PartFile[] },
  ): Promise<JoinedBytes & { readonly head: Buffer }>
  /** Forgets the digest of a session. */
  drop(sessionId: string): void
  /** Stops the thread. */
  close(): Promise<void>
}

interface Started {
  /** Bytes that are hashed after all orders so far. */
  orderedBytes: number
  /** Result of the last order. */
  ordered: Promise<unknown>
  readonly timer: NodeJS.Timeout
}

/** Maximum sessions that are hashed while their parts arrive. Other sessions are hashed when they are complete. */
const MOST_EARLY = 32
/** Milliseconds without a new part after which a digest is forgotten. The upload is then hashed from the beginning when it is complete. */
const KEPT_MS = 5 * 60_000
/** Maximum ended sessions that are remembered. An earlier part of an ended session may still ask to be hashed. */
const MOST_ENDED = 1000

/** Creates a part joiner. Its thread starts with the first part. */
export function createPartJoiner(): PartJoiner {
  const started = new Map<string, Started>()
  const ended = new Set<string>()
  let thread: JoinThread | undefined
  let isClosed = false

  async function order(request: JoinRequest): Promise<JoinedBytes | null> {
    if (isClosed) throw new Error('the joiner is closed')
    thread ??= startThread(() => {
      thread = undefined
      // The digests are lost with the thread.
      for (const sessionId of [...started.keys()]) forget(sessionId)
    })
    return thread.order(request)
  }

  function begin(sessionId: string): Started {
    const timer = setTimeout(() => drop(sessionId), KEPT_MS).unref()
    const join = { orderedBytes: 0, ordered: Promise.resolve(), timer }
    started.set(sessionId, join)
    return join
  }

  function forget(sessionId: string): Started | undefined {
    const join = started.get(sessionId)
    clearTimeout(join?.timer)
    started.delete(sessionId)
    return join
  }

  /** Stops hashing parts of the session before it is complete. */
  function end(sessionId: string): void {
    ended.add(sessionId)
    const [oldest] = ended
    if (ended.size > MOST_ENDED && oldest !== undefined) ended.delete(oldest)
  }

  function drop(sessionId: string): void {
    end(sessionId)
    const join = forget(sessionId)
    if (join) void order({ order: 'drop', sessionId }).catch(() => {})
  }

  return {
    advance(sessionId, parts) {
      if (ended.has(sessionId)) return
      const earlier = started.get(sessionId)
      const next = following(parts, earlier?.orderedBytes ?? 0)
      if (next.length === 0 || (!earlier && started.size >= MOST_EARLY)) return
      const join = earlier ?? begin(sessionId)
      const { orderedBytes: fromByte } = join
      join.timer.refresh()
      join.orderedBytes = endOf(next)
      join.ordered = order({ order: 'hash', sessionId, fromByte, parts: next })
      join.ordered.catch(() => {
        if (started.get(sessionId) === join) forget(sessionId)
      })
    },
    async finish(sessionId, { path, parts }) {
      end(sessionId)
      // If an earlier order failed, the session was forgotten, and all parts are hashed again from the start.
      await started.get(sessionId)?.ordered.catch(() => {})
      const fromByte = forget(sessionId)?.orderedBytes ?? 0
      try {
        const rest = following(parts, fromByte)
        const hashed = parts.filter(({ lastByte }) => lastByte < fromByte)
        const joined = await order({
          order: 'finish',
          sessionId,
          fromByte,
          parts: rest,
          hashed,
          path,
        })
        if (!joined) throw new TypeError('a finish order must return the file')
        return { ...joined, head: Buffer.from(joined.head) }
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

/** Returns the parts that continue a file of `bytes` bytes without a gap. */
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
  /** Callers in the order of their orders, in which the thread answers. */
  const waiting: Waiting[] = []
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  exited.then(() => lose(new Error('the thread that joins parts has ended')))
  // An idle thread must not keep the process running.
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

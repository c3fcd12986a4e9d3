/** Joins the parts of chunked uploads into one file while later parts arrive. A separate thread does the work. @module */

import { Worker } from 'node:worker_threads'
import { MediaError } from '@countersign/protocol/errors'
import { workerUrl } from '../../worker-url.js'
import { createId } from '../create-id.js'
import type { JoinedBytes, JoinReply, JoinRequest, PartFile } from './part-joiner-worker.js'
import type { StagingFolder } from './staging.js'

export type { PartFile }

/** A joined file in the staging folder, durable on the disk. */
export interface JoinedFile {
  readonly stagingId: string
  readonly path: string
  readonly bytes: number
  /** MD5 of the file, 32 hex digits. */
  readonly md5: string
  /** First bytes of the file, at most `HEAD_BYTES`. */
  readonly head: Buffer
}

/** Joins the parts of chunked uploads in the order of their bytes. */
export interface PartJoiner {
  /**
   * Starts joining the parts that directly follow the joined ones. Does nothing if there are none, or after `finish` or `drop`. After a
   * failure, `finish` starts over.
   */
  advance(sessionId: string, parts: readonly PartFile[]): void
  /**
   * Joins the remaining parts and returns the file.
   * @throws MediaError STORAGE_UNAVAILABLE when joining fails, or after `close`. The joined file is then deleted.
   */
  finish(sessionId: string, parts: readonly PartFile[]): Promise<JoinedFile>
  /** Deletes the unfinished joined file of a session. */
  drop(sessionId: string): void
  /** Stops the thread and deletes unfinished joined files. */
  close(): Promise<void>
}

interface Started {
  readonly stagingId: string
  readonly path: string
  /** Bytes of the joined file after all orders so far. */
  orderedBytes: number
  /** Result of the last order. */
  ordered: Promise<unknown>
  readonly timer: NodeJS.Timeout
}

/** Maximum sessions that are joined while their parts arrive. Other sessions are joined when they are complete. */
const MOST_EARLY = 32
/** Milliseconds without a new part after which a joined file is deleted. The upload is then joined from the beginning when it is complete. */
const KEPT_MS = 5 * 60_000
/** Maximum ended sessions that are remembered. An earlier part of an ended session may still ask to be joined. */
const MOST_ENDED = 1000

/** Creates a part joiner. Its thread starts with the first part. */
export function createPartJoiner(staging: Pick<StagingFolder, 'pathOf'>): PartJoiner {
  const started = new Map<string, Started>()
  const ended = new Set<string>()
  let thread: JoinThread | undefined
  let isClosed = false

  async function order(request: JoinRequest): Promise<JoinedBytes | null> {
    if (isClosed) throw new Error('the joiner is closed')
    thread ??= startThread(() => {
      thread = undefined
      // The files that the thread held open are lost with the thread.
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

  /** Stops joining parts of the session before it is complete. */
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
      // If an earlier order failed, the session was forgotten, and all parts are joined again from the start.
      await started.get(sessionId)?.ordered.catch(() => {})
      const { stagingId, path, orderedBytes: fromByte } = started.get(sessionId) ?? begin(sessionId)
      forget(sessionId)
      try {
        const rest = following(parts, fromByte)
        const joined = await order({ order: 'finish', path, fromByte, parts: rest })
        if (!joined) throw new TypeError('a finish order must return the file')
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

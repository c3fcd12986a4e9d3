/**
 * Copies the parts of chunked uploads behind one another and hashes them, in a thread of its own: MD5 goes byte by byte from the first on,
 * and a second read of a large file on the main thread would stall every request.
 * @module
 */

import { createHash, type Hash } from 'node:crypto'
import { closeSync, fdatasyncSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'

/** A part that is on the medium. */
export interface PartFile {
  readonly path: string
  readonly firstByte: number
  /** Inclusive. */
  readonly lastByte: number
}

/** One order as it is posted to the worker: to go on, to end, or to forget. */
export type JoinRequest =
  | {
      readonly id: number
      readonly order: 'append' | 'finish'
      /** Of the joined file, made by the first order that names it. */
      readonly path: string
      /** Bytes that it has by now. */
      readonly fromByte: number
      /** What continues them, without a gap. */
      readonly parts: readonly PartFile[]
    }
  | { readonly id: number; readonly order: 'drop'; readonly path: string }

/** What is known of the joined file so far; of a finished one it is the last word. */
export interface JoinedBytes {
  readonly bytes: number
  /** 32 hex once finished. */
  readonly md5: string | null
  /** Its first bytes, at most 4,100. */
  readonly head: Uint8Array
}

/** How one order ended. */
export type JoinReply =
  | { readonly id: number; readonly joined: JoinedBytes | null }
  | { readonly id: number; readonly failure: { readonly code: string; readonly message: string } }

interface OpenJoin {
  readonly file: number
  readonly hash: Hash
  bytes: number
  head: Buffer
}

/** Bytes that are read, hashed and written at a time. */
const BATCH_BYTES = 1024 * 1024
/** Bytes that the type detector wants. */
const HEAD_BYTES = 4100

if (parentPort) serve(parentPort)

function serve(port: NonNullable<typeof parentPort>): void {
  const open = new Map<string, OpenJoin>()
  const batch = Buffer.allocUnsafe(BATCH_BYTES)

  port.on('message', (request: JoinRequest | 'close') => {
    if (request === 'close') {
      for (const path of open.keys()) drop(path)
      port.close()
      return
    }
    port.postMessage(replyTo(request))
  })

  function replyTo(request: JoinRequest): JoinReply {
    const { id, path } = request
    try {
      if (request.order !== 'drop') return { id, joined: join(request) }
      drop(path)
      return { id, joined: null }
    } catch (error) {
      drop(path)
      const { code, message } = Object(error)
      return { id, failure: { code: String(code ?? 'UNKNOWN'), message: String(message ?? error) } }
    }
  }

  function join(request: Exclude<JoinRequest, { order: 'drop' }>): JoinedBytes {
    const { order, path, fromByte, parts } = request
    const joined = open.get(path) ?? begin(path)
    if (joined.bytes !== fromByte) throw new Error('an earlier order was not carried out')
    for (const part of parts) append(joined, part)
    const { bytes, head, file, hash } = joined
    // Each time a little, so that the end need not wait for all of it.
    fdatasyncSync(file)
    if (order === 'append') return { bytes, md5: null, head }
    closeSync(file)
    open.delete(path)
    return { bytes, md5: hash.digest('hex'), head }
  }

  function begin(path: string): OpenJoin {
    const file = openSync(path, 'wx', 0o600)
    const joined = { file, hash: createHash('md5'), bytes: 0, head: Buffer.alloc(0) }
    open.set(path, joined)
    return joined
  }

  function append(joined: OpenJoin, part: PartFile): void {
    const source = openSync(part.path, 'r')
    try {
      for (let read = readSync(source, batch); read > 0; read = readSync(source, batch)) {
        const chunk = batch.subarray(0, read)
        joined.hash.update(chunk)
        writeAll(joined.file, chunk)
        joined.bytes += read
        if (joined.head.length < HEAD_BYTES) {
          const missing = HEAD_BYTES - joined.head.length
          joined.head = Buffer.concat([joined.head, chunk.subarray(0, missing)])
        }
      }
    } finally {
      closeSync(source)
    }
    if (joined.bytes !== part.lastByte + 1) throw new Error('a part has lost bytes on the disk')
  }

  function drop(path: string): void {
    const joined = open.get(path)
    if (!joined) return
    open.delete(path)
    closeSync(joined.file)
    unlinkSync(path)
  }
}

function writeAll(file: number, chunk: Buffer): void {
  for (let written = 0; written < chunk.length; ) {
    written += writeSync(file, chunk, written, chunk.length - written)
  }
}

/**
 * Copies the parts of chunked uploads behind one another and hashes them, in a thread of its own: MD5 goes byte by byte from the first on,
 * and a second read of a large file on the main thread would stall every request.
 * @module
 */

import { createHash, type Hash } from 'node:crypto'
import { closeSync, fdatasyncSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { HEAD_BYTES } from './staging.js'

/** A part that is on the medium. */
export interface PartFile {
  readonly path: string
  readonly firstByte: number
  /** Inclusive. */
  readonly lastByte: number
}

/** One order: to go on, to end, or to forget. Orders are carried out and answered one after the other. */
export type JoinRequest =
  | {
      readonly order: 'append' | 'finish'
      /** Of the joined file, made by the first order that names it. */
      readonly path: string
      /** Bytes that it has by now. */
      readonly fromByte: number
      /** What continues them, without a gap. */
      readonly parts: readonly PartFile[]
    }
  | { readonly order: 'drop'; readonly path: string }

/** What is known of a finished file. */
export interface JoinedBytes {
  readonly bytes: number
  /** 32 hex. */
  readonly md5: string
  /** Its first bytes, at most `HEAD_BYTES`. */
  readonly head: Uint8Array
}

/** How one order ended; only the last of a file tells about it. */
export type JoinReply =
  | { readonly joined: JoinedBytes | null }
  | { readonly failure: { readonly code: string; readonly message: string } }

interface OpenJoin {
  readonly file: number
  readonly hash: Hash
  bytes: number
}

/** Bytes that are read, hashed and written at a time. */
const BATCH_BYTES = 1024 * 1024

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
    try {
      if (request.order !== 'drop') return { joined: join(request) }
      drop(request.path)
      return { joined: null }
    } catch (error) {
      drop(request.path)
      const { code, message } = Object(error)
      return { failure: { code: String(code ?? 'UNKNOWN'), message: String(message ?? error) } }
    }
  }

  function join(request: Exclude<JoinRequest, { order: 'drop' }>): JoinedBytes | null {
    const { order, path, fromByte, parts } = request
    const joined = open.get(path) ?? begin(path)
    if (joined.bytes !== fromByte) throw new Error('an earlier order was not carried out')
    for (const part of parts) append(joined, part)
    const { file, hash, bytes } = joined
    // Each time a little, so that the end need not wait for all of it.
    fdatasyncSync(file)
    if (order === 'append') return null
    const head = Buffer.alloc(Math.min(HEAD_BYTES, bytes))
    readSync(file, head, 0, head.length, 0)
    closeSync(file)
    open.delete(path)
    return { bytes, md5: hash.digest('hex'), head }
  }

  function begin(path: string): OpenJoin {
    const joined = { file: openSync(path, 'wx+', 0o600), hash: createHash('md5'), bytes: 0 }
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

/**
 * Joins the parts of chunked uploads into one file and hashes it, in its own thread.
 *
 * MD5 must read the bytes in order, so a large file would otherwise be read a second time on the main thread and stall every request.
 * @module
 */

import { createHash, type Hash } from 'node:crypto'
import { closeSync, fdatasyncSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { errorCode } from '@countersign/protocol/errors'
import { HEAD_BYTES } from './staging.js'

/** A part that is stored on the disk. */
export interface PartFile {
  readonly path: string
  readonly firstByte: number
  /** Position of the part's last byte, inclusive. */
  readonly lastByte: number
}

/** One order to the thread: append parts, finish a file, or drop it. The thread answers orders one after the other. */
export type JoinRequest =
  | {
      readonly order: 'append' | 'finish'
      /** Path of the joined file. The first order with this path creates the file. */
      readonly path: string
      /** Bytes that the joined file has before this order. */
      readonly fromByte: number
      /** Parts to append, in order and without a gap. */
      readonly parts: readonly PartFile[]
    }
  | { readonly order: 'drop'; readonly path: string }

/** Properties of a finished file. */
export interface JoinedBytes {
  readonly bytes: number
  /** MD5 of the file, 32 hex digits. */
  readonly md5: string
  /** First bytes of the file, at most `HEAD_BYTES`. */
  readonly head: Uint8Array
}

/** Result of one order. `joined` is set for a `finish` order only. */
export type JoinReply =
  | { readonly joined: JoinedBytes | null }
  | { readonly failure: { readonly code: string; readonly message: string } }

interface OpenJoin {
  readonly file: number
  readonly hash: Hash
  bytes: number
}

/** Bytes per read, hash and write. */
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
      return {
        failure: {
          code: errorCode(error) ?? 'UNKNOWN',
          message: error instanceof Error ? error.message : String(error),
        },
      }
    }
  }

  function join(request: Exclude<JoinRequest, { order: 'drop' }>): JoinedBytes | null {
    const { order, path, fromByte, parts } = request
    const joined = open.get(path) ?? begin(path)
    if (joined.bytes !== fromByte) throw new Error('an earlier order for this file failed')
    for (const part of parts) append(joined, part)
    const { file, hash, bytes } = joined
    // Syncing after each order keeps the sync of the last order short.
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
    if (joined.bytes !== part.lastByte + 1)
      throw new Error('a part has fewer bytes on the disk than were stored')
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

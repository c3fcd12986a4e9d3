/**
 * Hashes the parts of chunked uploads and joins them, in its own thread.
 *
 * MD5 must read the bytes in order, and parts may arrive in any order. A large file would stall every request if the main thread read it
 * again.
 * @module
 */

import { createHash, type Hash } from 'node:crypto'
import {
  closeSync,
  constants,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { errorCode } from '@countersign/protocol/errors'
import { HEAD_BYTES } from './staging.js'

/** A part that is stored on the disk. */
export interface PartFile {
  readonly path: string
  /** Position of the part's first byte in the file at `path`. */
  readonly position: number
  /** Position of the part's first byte in the upload. */
  readonly firstByte: number
  /** Position of the part's last byte in the upload, inclusive. */
  readonly lastByte: number
}

/** One order to the thread: hash parts, finish a file, or forget a digest. The thread answers orders one after the other. */
export type JoinRequest =
  | HashOrder
  | FinishOrder
  | { readonly order: 'drop'; readonly sessionId: string }

interface HashOrder {
  readonly order: 'hash'
  readonly sessionId: string
  /** Bytes of the upload that were hashed before this order. */
  readonly fromByte: number
  /** Parts to hash, in order and without a gap. */
  readonly parts: readonly PartFile[]
}

interface FinishOrder extends Omit<HashOrder, 'order'> {
  readonly order: 'finish'
  /** Path of the joined file, which is created if it is missing. */
  readonly path: string
  /** Parts that were hashed before this order. */
  readonly hashed: readonly PartFile[]
}

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

interface Digest {
  readonly hash: Hash
  bytes: number
}

/** Bytes per read. */
const BATCH_BYTES = 1024 * 1024

if (parentPort) serve(parentPort)

function serve(port: NonNullable<typeof parentPort>): void {
  const digests = new Map<string, Digest>()
  const batch = Buffer.allocUnsafe(BATCH_BYTES)

  port.on('message', (request: JoinRequest | 'close') => {
    if (request === 'close') port.close()
    else port.postMessage(replyTo(request))
  })

  function replyTo(request: JoinRequest): JoinReply {
    try {
      if (request.order === 'finish') return { joined: finish(request) }
      if (request.order === 'hash') hash(request)
      else digests.delete(request.sessionId)
      return { joined: null }
    } catch (error) {
      digests.delete(request.sessionId)
      return {
        failure: {
          code: errorCode(error) ?? 'UNKNOWN',
          message: error instanceof Error ? error.message : String(error),
        },
      }
    }
  }

  function digestOf({ sessionId, fromByte }: Pick<HashOrder, 'sessionId' | 'fromByte'>): Digest {
    const digest = digests.get(sessionId) ?? { hash: createHash('md5'), bytes: 0 }
    digests.set(sessionId, digest)
    if (digest.bytes !== fromByte) throw new Error('an earlier order for this upload failed')
    return digest
  }

  function hash(order: HashOrder): void {
    const digest = digestOf(order)
    for (const part of order.parts) {
      readPart(part, (chunk) => digest.hash.update(chunk))
      digest.bytes = part.lastByte + 1
    }
  }

  function finish(order: FinishOrder): JoinedBytes {
    const digest = digestOf(order)
    digests.delete(order.sessionId)
    const file = openSync(order.path, constants.O_RDWR | constants.O_CREAT, 0o600)
    try {
      for (const part of order.hashed) if (part.path !== order.path) copyPart(part, file)
      for (const part of order.parts) {
        const isCopied = part.path !== order.path
        if (isCopied) copyPart(part, file, digest.hash)
        else readPart(part, (chunk) => digest.hash.update(chunk))
        digest.bytes = part.lastByte + 1
      }
      const { bytes } = digest
      // A part that was not recorded may have left bytes after the end.
      ftruncateSync(file, bytes)
      fdatasyncSync(file)
      const head = Buffer.alloc(Math.min(HEAD_BYTES, bytes))
      readSync(file, head, 0, head.length, 0)
      return { bytes, md5: digest.hash.digest('hex'), head }
    } finally {
      closeSync(file)
    }
  }

  function copyPart(part: PartFile, target: number, digest?: Hash): void {
    readPart(part, (chunk, at) => {
      digest?.update(chunk)
      writeAll(target, chunk, at)
    })
  }

  /** Reads a part. Passes each piece with its position in the upload. */
  function readPart(part: PartFile, use: (chunk: Buffer, at: number) => void): void {
    const source = openSync(part.path, 'r')
    try {
      let at = part.firstByte
      while (at <= part.lastByte) {
        const wanted = Math.min(batch.length, part.lastByte - at + 1)
        const read = readSync(source, batch, 0, wanted, part.position + at - part.firstByte)
        if (read === 0) throw new Error('a part has fewer bytes on the disk than were stored')
        use(batch.subarray(0, read), at)
        at += read
      }
    } finally {
      closeSync(source)
    }
  }
}

function writeAll(file: number, chunk: Buffer, at: number): void {
  for (let written = 0; written < chunk.length; ) {
    written += writeSync(file, chunk, written, chunk.length - written, at + written)
  }
}

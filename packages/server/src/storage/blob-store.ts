/** The blob store contract: where bytes live, under random ids. Disk implements it now, S3 later; both run one contract suite. @module */

import type { Readable } from 'node:stream'

/** One stored blob. */
export interface BlobRef {
  readonly cloud: string
  /** 32 hex. */
  readonly blobId: string
}

/** A file in the staging folder that is whole, and that the blob store may consume. */
export interface StagedFile {
  /** 32 hex; the blob takes the same id. */
  readonly stagingId: string
  /** Local path. */
  readonly path: string
  readonly bytes: number
  /** MD5 of the bytes, 32 hex. */
  readonly md5: string
  /** Resolves when the bytes are on the medium. A failure is final: the file must be discarded. */
  sync(): Promise<void>
  /** Renames the file, on the same file system; what was promised of it goes along. */
  moveTo(path: string): Promise<void>
  /** Removes the file if it is still there. Never rejects. */
  discard(): Promise<void>
}

/** An inclusive byte range. */
export interface ByteRange {
  readonly firstByte: number
  readonly lastByte: number
}

/** An opened blob. Call exactly one of `stream` and `close`. */
export interface OpenBlob {
  readonly bytes: number
  /** The bytes, or a range of them; closes itself at the end. */
  stream(range?: ByteRange): Readable
  close(): Promise<void>
}

/** A stored blob from outside. */
export interface BlobStat {
  readonly bytes: number
  /** Unix milliseconds of its last change, which is when it was written. */
  readonly modifiedAt: number
}

/** Where bytes live. Rejects with MediaError STORAGE_UNAVAILABLE when the medium fails. */
export interface BlobStore {
  /** Makes a staged file durable as blob `{ cloud, blobId: staged.stagingId }`. When it resolves, a power cut loses nothing. */
  write(cloud: string, staged: StagedFile): Promise<BlobRef>
  /** `null`: no such blob. */
  open(blob: BlobRef): Promise<OpenBlob | null>
  /** A local path of the blob's bytes, for decoders that seek; `null`: no such blob. */
  localPath(blob: BlobRef): Promise<string | null>
  /** Resolves also when there is none. */
  destroy(blob: BlobRef): Promise<void>
  /** `null`: no such blob. */
  stat(blob: BlobRef): Promise<BlobStat | null>
  /** Every stored blob of every cloud, in no order. */
  list(): AsyncIterable<BlobRef>
  /** Takes a blob out of service and keeps its bytes for whoever looks into it. Resolves also when there is none. */
  quarantine(blob: BlobRef): Promise<void>
  /** Resolves when a write, a sync and a delete went through. */
  probe(): Promise<void>
}

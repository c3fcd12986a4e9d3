/** The blob store contract: the store of all bytes, under random ids. Every driver must pass the same contract suite. @module */

import type { Readable } from 'node:stream'

/** Identifies a stored blob. */
export interface BlobRef {
  readonly cloud: string
  /** Blob id, 32 hex digits. */
  readonly blobId: string
}

/** A complete file in the staging folder, which the blob store may move. */
export interface StagedFile {
  /** Staging id, 32 hex digits. The blob gets the same id. */
  readonly stagingId: string
  /** Local path of the file. */
  readonly path: string
  readonly bytes: number
  /** MD5 of the bytes, 32 hex. */
  readonly md5: string
  /** Resolves when the bytes are durable on the disk. A failure is final: the file must then be discarded. */
  sync(): Promise<void>
  /** Gives the file a name in the folder of blobs. */
  moveTo(path: string): Promise<void>
  /** Deletes the file if it is still in the staging folder. Never rejects. */
  discard(): Promise<void>
}

/** A staged file with its first bytes, from which the type is detected. */
export interface StagedUpload extends StagedFile {
  /** The first bytes, at most 4100. */
  readonly head: Buffer
}

/** Options of writing a file that arrives. */
export interface StageOptions {
  /** Called with the total bytes so far. Throws to stop the upload. */
  readonly assertBytes: (bytes: number) => void
}

/** An inclusive byte range. */
export interface ByteRange {
  readonly firstByte: number
  readonly lastByte: number
}

/** An opened blob. Call exactly one of `stream` and `close`. */
export interface OpenBlob {
  readonly bytes: number
  /** Returns a stream of the bytes, or of a range. The blob closes when the stream ends. */
  stream(range?: ByteRange): Readable
  close(): Promise<void>
}

/** Size and age of a stored blob. */
export interface BlobStat {
  readonly bytes: number
  /** When the blob was written, Unix milliseconds. */
  readonly modifiedAt: number
}

/** Stores blobs. Methods reject with MediaError STORAGE_UNAVAILABLE when the disk or service fails. */
export interface BlobStore {
  /** Stores a staged file as blob `{ cloud, blobId: staged.stagingId }`. When the promise resolves, the blob survives a power failure. */
  write(cloud: string, staged: StagedFile): Promise<BlobRef>
  /** Opens a blob. `null` if there is none. */
  open(blob: BlobRef): Promise<OpenBlob | null>
  /** Returns a local path of the blob's bytes, for decoders that seek. `null` if there is no such blob. */
  localPath(blob: BlobRef): Promise<string | null>
  /** Deletes a blob. Resolves even if there is none. */
  destroy(blob: BlobRef): Promise<void>
  /** Returns the size and age of a blob. `null` if there is none. */
  stat(blob: BlobRef): Promise<BlobStat | null>
  /** Lists all stored blobs of all clouds, in no order. */
  list(): AsyncIterable<BlobRef>
  /** Moves a blob to quarantine, where its bytes are kept for inspection. Resolves even if there is none. */
  quarantine(blob: BlobRef): Promise<void>
  /** Checks that the store can write, sync and delete. */
  probe(): Promise<void>
}

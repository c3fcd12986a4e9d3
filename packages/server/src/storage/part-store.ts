/** The part store contract: the store of the bytes of unfinished chunked uploads. Every driver must pass the same contract suite. @module */

import type { StagedFile, StagedUpload, StageOptions } from './blob-store.js'

/** Byte range of a part. */
export interface PartRange {
  readonly firstByte: number
  /** Position of the last byte, inclusive. */
  readonly lastByte: number
}

/** A part that is recorded in the catalog. */
export interface StoredPart extends PartRange {
  /** Where the part's bytes are. Only the driver can read this text. */
  readonly place: string
}

/** A part whose bytes have arrived. The caller must call exactly one of `keep` and `discard`. */
export interface StagedPart extends Pick<StagedFile, 'bytes' | 'sync' | 'discard'> {
  /** SHA-1 of the bytes, 40 hex digits. Only a repeated part is recognized by it. */
  readonly digest: string
  readonly place: string
  /** Closes the part after the catalog has recorded it. Until then, no other part is written to its place. Never rejects. */
  keep(): Promise<void>
}

/** Options of {@link PartStore.write}. */
export interface PartOptions extends StageOptions {
  /**
   * Returns the recorded parts of the unfinished upload that this part belongs to. `null` if there is no such upload, or the sender may
   * not write to it. Without this function, the sender is not verified.
   */
  readonly readStored?: () => Promise<readonly StoredPart[] | null>
}

/** Stores the parts of chunked uploads. Methods reject with MediaError STORAGE_UNAVAILABLE when the disk or service fails. */
export interface PartStore {
  /**
   * Writes a part.
   * @throws the error of the source or of `assertBytes`; MediaError CHUNK_INVALID if the source has more bytes than the range. Nothing of
   * the part is then kept.
   */
  write(range: PartRange, source: AsyncIterable<Buffer>, options: PartOptions): Promise<StagedPart>
  /** Prepares the joining of the parts that have arrived, in the background. Does nothing if there is nothing to prepare. Never throws. */
  advance(sessionId: string, parts: readonly StoredPart[]): void
  /**
   * Joins all parts of an upload into one file, which is durable on the disk. The parts stay until `destroy`, so that a failed upload can
   * be completed later.
   */
  join(sessionId: string, parts: readonly StoredPart[]): Promise<StagedUpload>
  /** Ends the preparation of an upload that will not be completed. */
  forget(sessionId: string): void
  /** Deletes the bytes of parts. Never rejects. */
  destroy(parts: readonly Pick<StoredPart, 'place'>[]): Promise<void>
  /** Stops background work. */
  close(): Promise<void>
}

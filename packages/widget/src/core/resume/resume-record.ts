/** Types of the large uploads that are stored in the browser. @module */

import type { WireParams } from '@countersign/protocol/params'
import type { ByteRange } from '../transfer/byte-ranges.js'

/** A large upload to store. */
export interface ResumableUpload {
  readonly nonce: string
  readonly file: File
  readonly params: WireParams
  /** Size of one part in bytes. The upload must continue with the same size. */
  readonly chunkBytes: number
  /** Address of the server: `https://host/v1_1/<cloud>`. */
  readonly uploadUrl: string
  /** Tag of the user who began the upload; `null` if the endpoint gave none. */
  readonly userTag: string | null
}

/** An upload that was restored from an earlier visit. */
export interface RestoredUpload extends Omit<ResumableUpload, 'nonce'> {
  /** Nonce of the upload. `undefined` if the server no longer has it: the upload starts again with a new nonce. */
  readonly nonce: string | undefined
  /** True if `file` is an empty stand-in with only the name, because the browser no longer has the file. */
  readonly isFileNeeded: boolean
  /** Size of the original file in bytes. */
  readonly bytes: number
  /** Byte ranges that the server has received. */
  readonly received: readonly ByteRange[]
  /** The server's answer, if the upload finished after the page was closed. */
  readonly response: Readonly<Record<string, unknown>> | undefined
}

/** Stores large uploads over a reload. */
export interface ResumeKeeper {
  /** Stores an upload, with its file if the browser has space. Never rejects. */
  keep(upload: ResumableUpload): Promise<void>
  /** Deletes a stored upload. Never rejects. */
  forget(nonce: string): Promise<void>
  /**
   * Reads the uploads of earlier visits that no other tab is sending. An upload that the server no longer has starts again.
   *
   * @param userTag Reads only uploads of this user; `null` reads only uploads without a tag.
   */
  restore(userTag: string | null, signal: AbortSignal): Promise<readonly RestoredUpload[]>
  /** Returns true if a file has the size and the digest of the upload's original file. */
  isSameFile(nonce: string, file: File): Promise<boolean>
  /** Lets other tabs continue unfinished uploads: the given ones, or all. */
  release(nonces?: readonly string[]): void
}

/** What is kept of a large upload so that it can go on after the page was left. @module */

import type { WireParams } from '@countersign/protocol/params'
import type { ByteRange } from '../transfer/byte-ranges.js'

/** A large upload as it begins. */
export interface ResumableUpload {
  readonly nonce: string
  readonly file: File
  readonly params: WireParams
  /** Its parts must be cut alike next time. */
  readonly chunkBytes: number
  /** `https://host/v1_1/<cloud>` */
  readonly uploadUrl: string
  /** Tag of the user who began the upload; `null` if the endpoint gave none. */
  readonly userTag: string | null
}

/** An upload of an earlier visit. */
export interface RestoredUpload extends Omit<ResumableUpload, 'nonce'> {
  /** Nonce of the upload. `undefined` if the server no longer has it: the upload starts again with a new nonce. */
  readonly nonce: string | undefined
  /** Whether `file` is only a stand-in: name, size by `bytes`, no content. */
  readonly isFileNeeded: boolean
  readonly bytes: number
  readonly received: readonly ByteRange[]
  /** The server's answer, where the upload ended after the page was left. */
  readonly response: Readonly<Record<string, unknown>> | undefined
}

/** Keeps large uploads over a reload. */
export interface ResumeKeeper {
  /** Keep an upload, its bytes too where the browser lets us. Never rejects. */
  keep(upload: ResumableUpload): Promise<void>
  /** Forget an upload. Never rejects. */
  forget(nonce: string): Promise<void>
  /**
   * Reads the uploads of earlier visits that no other tab is sending. An upload that the server no longer has starts again.
   *
   * @param userTag Reads only uploads of this user; `null` reads only uploads without a tag.
   */
  restore(userTag: string | null, signal: AbortSignal): Promise<readonly RestoredUpload[]>
  /** Whether a file is the one that an upload was begun with: name, size, time, and a digest of its ends. */
  isSameFile(nonce: string, file: File): Promise<boolean>
  /** Lets other tabs continue unfinished uploads: the given ones, or all. */
  release(nonces?: readonly string[]): void
}

/** What is kept of a large upload so that it can go on after the page was left. @module */

import type { WireParams } from '@countersign/protocol/params'
import type { ByteRange } from './byte-ranges.js'

/** A large upload as it begins. */
export interface ResumableUpload {
  readonly nonce: string
  readonly file: File
  readonly params: WireParams
  /** Its parts must be cut alike next time. */
  readonly chunkBytes: number
  /** `https://host/v1_1/<cloud>` */
  readonly uploadUrl: string
  /** Tag of the user who began it; `null` where the endpoint gave none. */
  readonly userTag: string | null
}

/** An upload of an earlier visit. */
export interface RestoredUpload extends Omit<ResumableUpload, 'nonce'> {
  /** `undefined` where the server has forgotten the upload: it starts anew, under a new nonce. */
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
   * Reads the uploads of earlier visits that no other tab is sending. One that the server has forgotten starts anew.
   *
   * @param userTag Only uploads of this user are looked at; `null`: only those without a tag.
   */
  restore(userTag: string | null, signal: AbortSignal): Promise<readonly RestoredUpload[]>
  /** Whether a file is the one that an upload was begun with: name, size, time, and a digest of its ends. */
  isSameFile(nonce: string, file: File): Promise<boolean>
  /** Let other pages go on with what is unfinished: the given uploads, or all. */
  release(nonces?: readonly string[]): void
}

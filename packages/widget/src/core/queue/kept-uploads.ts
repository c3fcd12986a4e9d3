/** Stores a queue's unfinished uploads in the browser, so that they survive a reload. @module */

import type { ResumeKeeper } from '../resume/resume-record.js'
import type { UserTag } from '../signing/signing-client.js'
import type { QueuePlatform } from './queue-contract.js'
import type { QueueEntry } from './queue-entry.js'

/** Keeps and forgets the unfinished uploads of one queue. Without a keeper every method does nothing. */
export class KeptUploads {
  readonly #loadResume: QueuePlatform['loadResume']
  #keeper: Promise<ResumeKeeper | undefined> | undefined

  constructor(loadResume: QueuePlatform['loadResume']) {
    this.#loadResume = loadResume
  }

  /** Loads the keeper. Returns `undefined` if resuming is off or its code cannot be loaded: uploads still work, but do not survive a reload. */
  async load(): Promise<ResumeKeeper | undefined> {
    this.#keeper ??= this.#loadResume?.().catch(() => undefined)
    return this.#keeper
  }

  /** Stores an upload that is sent in parts, with its file, its parameters and its user. Does nothing if the upload is already stored. */
  async keep(entry: QueueEntry, uploadUrl: string, userTag: UserTag): Promise<void> {
    if (entry.isResumable || entry.chunkBytes === undefined) return
    entry.isResumable = true
    const { nonce, chunkBytes, params, item } = entry
    const keeper = await this.load()
    // The upload may have ended while the keeper was loaded.
    if (!entry.isResumable) return
    const { file } = item
    await keeper?.keep({ nonce, file, params, chunkBytes, uploadUrl, userTag: userTag ?? null })
  }

  /** Deletes a finished upload from the browser's store. */
  forget(entry: QueueEntry): void {
    if (!entry.isResumable) return
    entry.isResumable = false
    void this.load().then((keeper) => keeper?.forget(entry.nonce))
  }

  /** Lets other tabs restore the given uploads, by default all. The uploads stay in the browser's store. */
  release(entries?: readonly QueueEntry[]): void {
    void this.#keeper?.then((keeper) => keeper?.release(entries?.map(({ nonce }) => nonce)))
  }
}

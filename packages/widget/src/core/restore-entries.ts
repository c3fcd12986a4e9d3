/** Takes up uploads of an earlier visit. Loaded apart: most visits have none. @module */

import { bytesIn } from './byte-ranges.js'
import type { KnownEndpoint } from './known-endpoint.js'
import { nonceUrl } from './nonce-url.js'
import type { createEntry, QueueEntry } from './queue-entry.js'
import type { RestoredUpload, ResumeKeeper } from './resume-record.js'
import type { UploadItem, UploadState } from './upload-state.js'

/** What restoring needs of its queue. */
export interface RestoreOptions {
  readonly endpoint: KnownEndpoint
  /** Entries that the queue has already. */
  readonly entries: () => readonly QueueEntry[]
  /** Puts entries into the queue. */
  readonly insert: (entries: readonly QueueEntry[]) => readonly UploadItem[]
  readonly batchId: string
  /** Whether files are sent without being asked for. */
  readonly autoUpload: boolean
  /** The queue's own, which counts its files. */
  readonly createEntry: typeof createEntry
  readonly signal: AbortSignal
}

/**
 * Puts the kept uploads of the endpoint's user into the queue.
 *
 * @returns Those that the queue did not have; none where the user changes meanwhile.
 */
export async function restoreEntries(
  keeper: ResumeKeeper,
  options: RestoreOptions,
): Promise<readonly UploadItem[]> {
  const { endpoint, entries, insert, signal } = options
  const user = endpoint.userTag
  const restored = await keeper.restore(user ?? null, signal)
  if (user !== endpoint.userTag) {
    keeper.release(restored.flatMap(({ nonce }) => nonce ?? []))
    return []
  }
  if (signal.aborted) return []
  // What was begun without a tag is not sent for a user who is named later.
  if (restored.length > 0) endpoint.userTag ??= null
  const known = new Set<string | undefined>(entries().map(({ nonce }) => nonce))
  // At once after the user was compared: nobody else can sign in between.
  return insert(
    restored
      .filter(({ nonce }) => !known.has(nonce))
      .map((upload) => restoredEntry(upload, options)),
  )
}

function restoredEntry(
  upload: RestoredUpload,
  { batchId, autoUpload, createEntry }: RestoreOptions,
): QueueEntry {
  const { file, bytes, params, chunkBytes, received } = upload
  const state = stateOf(upload, autoUpload)
  const entry = createEntry({ file, params }, { batchId, state, isAlone: true })
  return {
    ...entry,
    item: { ...entry.item, bytes },
    nonce: upload.nonce ?? entry.nonce,
    isPrepared: true,
    chunkBytes,
    received,
    isResumable: received.length > 0 || upload.response !== undefined,
  }
}

function stateOf(upload: RestoredUpload, autoUpload: boolean): UploadState {
  const { response, isFileNeeded, received, uploadUrl, nonce } = upload
  if (response) {
    const completionUrl = nonce && nonceUrl('completions', { ...upload, nonce })
    return { status: 'done', response, uploadUrl, completionUrl }
  }
  if (isFileNeeded) return { status: 'file-needed', sentBytes: bytesIn(received) }
  return { status: autoUpload ? 'waiting' : 'ready' }
}

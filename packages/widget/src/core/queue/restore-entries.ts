/** Restores uploads of an earlier visit. A separate chunk, because most visits have none. @module */

import { nonceUrl } from '../resume/nonce-url.js'
import type { RestoredUpload, ResumeKeeper } from '../resume/resume-record.js'
import type { KnownEndpoint } from '../signing/known-endpoint.js'
import { bytesIn } from '../transfer/byte-ranges.js'
import type { createEntry, QueueEntry } from './queue-entry.js'
import type { UploadItem, UploadState } from './upload-state.js'

/** Dependencies of {@link restoreEntries}. */
export interface RestoreOptions {
  readonly endpoint: KnownEndpoint
  /** Returns the entries that the queue already has. */
  readonly entries: () => readonly QueueEntry[]
  /** Adds entries to the queue. */
  readonly insert: (entries: readonly QueueEntry[]) => readonly UploadItem[]
  readonly batchId: string
  /** True if files are sent without a click. */
  readonly autoUpload: boolean
  /** Creates an entry with the queue's own counter of files. */
  readonly createEntry: typeof createEntry
  readonly signal: AbortSignal
}

/**
 * Adds the stored uploads of the current user to the queue.
 *
 * @returns The items that the queue did not have yet; none if the user changes meanwhile.
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
  // An upload without a tag must not be sent for a user who is named later.
  if (restored.length > 0) endpoint.userTag ??= null
  const known = new Set<string | undefined>(entries().map(({ nonce }) => nonce))
  // Inserted synchronously after the user was compared, so that no other user can sign in between.
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

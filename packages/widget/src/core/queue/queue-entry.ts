/** The queue's internal state of one file. @module */

import type { MediaError } from '@countersign/protocol/errors'
import type { WireParams } from '@countersign/protocol/params'
import type { NewUpload } from '../files/new-upload.js'
import { createNonce } from '../signing/nonce.js'
import type { ByteRange } from '../transfer/byte-ranges.js'
import type { UploadItem, UploadState } from './upload-state.js'

/** Internal state of one file in a queue. */
export interface QueueEntry {
  /** State that the queue shows. */
  item: UploadItem
  /** The upload as it was chosen. The file that is sent may be made from it. */
  readonly chosen: NewUpload
  /** Nonce of the upload, the same for all its attempts: 32 lower-case hex digits. */
  readonly nonce: string
  /** True for the only file of its batch. Only such a file may have the page's public id. */
  readonly isAlone: boolean
  /** Upload parameters of this file only. */
  params: WireParams
  /** True once `prepareFile` has run. */
  isPrepared: boolean
  /** Size of one part in bytes. Fixed once the first part is sent. */
  chunkBytes: number | undefined
  /** Byte ranges that the server has received. */
  received: readonly ByteRange[]
  /** True if the upload is stored in the browser over a reload. */
  isResumable: boolean
  /** Aborts the running attempt; `undefined` if none is running. */
  run: AbortController | undefined
}

let lastFile = 0
let lastBatch = 0

/** Returns a new id for files that are added together. */
export function nextBatchId(): string {
  lastBatch += 1
  return `uw-batch${lastBatch}`
}

/** Creates the entry of a chosen file. */
export function createEntry(
  chosen: NewUpload,
  { batchId, state, isAlone }: { batchId: string; state: UploadState; isAlone: boolean },
): QueueEntry {
  lastFile += 1
  const { file, remoteUrl, params = {} } = chosen
  return {
    item: { id: `uw-file${lastFile}`, batchId, file, bytes: file.size, remoteUrl, state },
    chosen,
    nonce: createNonce(),
    isAlone,
    params,
    isPrepared: false,
    chunkBytes: undefined,
    received: [],
    isResumable: false,
    run: undefined,
  }
}

/** Returns true if a file has the same name, size and time as an entry's file, or the same remote address. */
export function isSameUpload(
  { chosen, item }: QueueEntry,
  { file, remoteUrl }: NewUpload,
): boolean {
  if (chosen.remoteUrl || remoteUrl) return chosen.remoteUrl === remoteUrl
  // The stand-in file of an entry in `file-needed` is empty, so its size comes from the item.
  const bytes = item.state.status === 'file-needed' ? item.bytes : chosen.file.size
  const { name, lastModified } = chosen.file
  return name === file.name && bytes === file.size && lastModified === file.lastModified
}

/** Returns the first state of a checked file. */
export function firstState(problem: MediaError | null, autoUpload: boolean): UploadState {
  if (problem) return { status: 'refused', error: problem }
  return { status: autoUpload ? 'waiting' : 'ready' }
}

/** Returns true if an upload failed because its file changed on the disk. */
export function isFileChanged(state: UploadState): boolean {
  return state.status === 'failed' && state.error.code === 'FILE_CHANGED'
}

/** Aborts the running attempt of an entry. */
export function stopRun(entry: QueueEntry): void {
  entry.run?.abort()
  entry.run = undefined
}

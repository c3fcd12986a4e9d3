/** What the queue remembers of one file beside what it shows. @module */

import type { MediaError } from '@countersign/protocol/errors'
import type { WireParams } from '@countersign/protocol/params'
import type { NewUpload } from '../files/new-upload.js'
import { createNonce } from '../signing/nonce.js'
import type { ByteRange } from '../transfer/byte-ranges.js'
import type { UploadItem, UploadState } from './upload-state.js'

/** One file of a queue. */
export interface QueueEntry {
  item: UploadItem
  /** As it was chosen: what is sent may be made of it. */
  readonly chosen: NewUpload
  /** One upload over all its attempts: 32 lower-case hex. */
  readonly nonce: string
  /** Whether it is the only file of its batch: a public id names one file. */
  readonly isAlone: boolean
  /** Parameters of this file alone. */
  params: WireParams
  isPrepared: boolean
  /** Bytes of one part; fixed once the first has been sent. */
  chunkBytes: number | undefined
  /** What the server has. */
  received: readonly ByteRange[]
  /** Whether it is kept over a reload. */
  isResumable: boolean
  run: AbortController | undefined
}

let lastFile = 0
let lastBatch = 0

/** An id for files that are added together. */
export function nextBatchId(): string {
  lastBatch += 1
  return `uw-batch${lastBatch}`
}

/** A file that was chosen. */
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

/** Whether a file looks the same from outside as one of the queue. */
export function isSameUpload(
  { chosen, item }: QueueEntry,
  { file, remoteUrl }: NewUpload,
): boolean {
  if (chosen.remoteUrl || remoteUrl) return chosen.remoteUrl === remoteUrl
  // The stand-in of a file that is needed has no bytes of its own.
  const bytes = item.state.status === 'file-needed' ? item.bytes : chosen.file.size
  const { name, lastModified } = chosen.file
  return name === file.name && bytes === file.size && lastModified === file.lastModified
}

/** How a checked file begins. */
export function firstState(problem: MediaError | null, autoUpload: boolean): UploadState {
  if (problem) return { status: 'refused', error: problem }
  return { status: autoUpload ? 'waiting' : 'ready' }
}

/** Returns true if an upload failed because its file changed on the disk. */
export function isFileChanged(state: UploadState): boolean {
  return state.status === 'failed' && state.error.code === 'FILE_CHANGED'
}

/** Stops what an entry is doing. */
export function stopRun(entry: QueueEntry): void {
  entry.run?.abort()
  entry.run = undefined
}

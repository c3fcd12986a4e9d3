/** State of one file in the queue, and functions that read it. @module */

import type { MediaError } from '@countersign/protocol/errors'

/** State of one file in the queue. */
export type UploadState =
  /** Checked, and held back until `start`, because `autoUpload` is off. */
  | { readonly status: 'ready' }
  /** Waiting for a free slot, or for the next attempt after `error`. */
  | { readonly status: 'waiting'; readonly error?: MediaError; readonly retryInSeconds?: number }
  /** The browser is making the image smaller or converting it. */
  | { readonly status: 'preparing' }
  | { readonly status: 'signing' }
  | {
      readonly status: 'uploading'
      readonly sentBytes: number
      /** True if the upload continues from an earlier attempt or an earlier visit. */
      readonly isResumed: boolean
    }
  /** Paused by a person, or until the browser is online. Continues with the parts that the server does not have. */
  | {
      readonly status: 'paused'
      readonly reason: 'person' | 'offline'
      readonly sentBytes: number
    }
  /** Every byte has left; the server has not answered yet. */
  | { readonly status: 'processing' }
  | {
      readonly status: 'done'
      readonly response: Readonly<Record<string, unknown>>
      /** Address of the server: `https://host/v1_1/<cloud>`. */
      readonly uploadUrl: string
      /** Address of the app's result for this upload; `undefined` if no nonce was signed. */
      readonly completionUrl: string | undefined
    }
  | { readonly status: 'failed'; readonly error: MediaError; readonly isRetryable: boolean }
  /** Not sent, because a limit forbids the file. */
  | { readonly status: 'refused'; readonly error: MediaError }
  | { readonly status: 'cancelled' }
  /** Started in an earlier visit, but the browser no longer has the file. Continues when a person chooses the file again. */
  | { readonly status: 'file-needed'; readonly sentBytes: number }

/** One file of the queue. Every change creates a new object. */
export interface UploadItem {
  /** Id of the file, for example `uw-file3`. */
  readonly id: string
  /** Id of the files that were added together, for example `uw-batch2`. */
  readonly batchId: string
  /** The file to send. An empty stand-in with a name for remote files, and for files in `file-needed`. */
  readonly file: File
  /** Size in bytes; 0 if unknown. */
  readonly bytes: number
  /** Address that the server fetches, instead of bytes from the browser. */
  readonly remoteUrl: string | undefined
  readonly state: UploadState
}

const UNFINISHED: ReadonlySet<UploadState['status']> = new Set([
  'waiting',
  'preparing',
  'signing',
  'uploading',
  'paused',
  'processing',
])

/** Returns true if an upload is waiting, running or paused. */
export function isUnfinished(state: UploadState): boolean {
  return UNFINISHED.has(state.status)
}

/** Returns true if a file counts towards `maxFiles`. */
export function isKept(state: UploadState): boolean {
  return state.status !== 'refused' && state.status !== 'cancelled'
}

/** Returns the bytes of a file that have left the browser. */
export function sentBytesOf({ state, bytes }: UploadItem): number {
  if ('sentBytes' in state) return state.sentBytes
  return state.status === 'processing' || state.status === 'done' ? bytes : 0
}

/** Where one file of the queue stands: one union, and what follows from it. @module */

import type { MediaError } from '@countersign/protocol/errors'

/** Where one file stands. */
export type UploadState =
  /** Checked and held back until `start`: `autoUpload` is off. */
  | { readonly status: 'ready' }
  /** In line, or waiting to try again after `error`. */
  | { readonly status: 'waiting'; readonly error?: MediaError; readonly retryInSeconds?: number }
  /** Being made smaller or converted, in the browser. */
  | { readonly status: 'preparing' }
  | { readonly status: 'signing' }
  | {
      readonly status: 'uploading'
      readonly sentBytes: number
      /** Whether it goes on where an earlier attempt, or an earlier visit, had stopped. */
      readonly isResumed: boolean
    }
  /** Stopped by a person, or until the browser is online; goes on with what the server has. */
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
      /** Where it was sent: `https://host/v1_1/<cloud>`. */
      readonly uploadUrl: string
      /** Where the app's answer to this upload is read; absent where no nonce was signed. */
      readonly completionUrl: string | undefined
    }
  | { readonly status: 'failed'; readonly error: MediaError; readonly isRetryable: boolean }
  /** Never sent: a limit forbids it. */
  | { readonly status: 'refused'; readonly error: MediaError }
  | { readonly status: 'cancelled' }
  /** Begun in an earlier visit, and the browser no longer holds its bytes: choosing the file again goes on. */
  | { readonly status: 'file-needed'; readonly sentBytes: number }

/** One file of the queue. A new object for every change. */
export interface UploadItem {
  /** For example `uw-file3`. */
  readonly id: string
  /** Files that were added together, for example `uw-batch2`. */
  readonly batchId: string
  /** What is sent. Of a remote file only its name is known; of one in `file-needed` name and size of an empty stand-in. */
  readonly file: File
  /** Bytes; 0 where not known. */
  readonly bytes: number
  /** Address that the server fetches, instead of bytes from here. */
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

/** Whether an upload is still to come or under way. */
export function isUnfinished(state: UploadState): boolean {
  return UNFINISHED.has(state.status)
}

/** Whether a file counts towards `maxFiles`. */
export function isKept(state: UploadState): boolean {
  return state.status !== 'refused' && state.status !== 'cancelled'
}

/** Bytes of a file that have left. */
export function sentBytesOf({ state, bytes }: UploadItem): number {
  if ('sentBytes' in state) return state.sentBytes
  return state.status === 'processing' || state.status === 'done' ? bytes : 0
}

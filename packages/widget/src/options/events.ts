/** Events of the widget, and the types of their data. @module */

import type { ErrorCode } from '@countersign/protocol/errors'

/** An uploaded asset as in the server's answer, with its wire names. */
export interface UploadResponse {
  readonly asset_id: string
  readonly public_id: string
  /** Seconds since 1970; part of delivery URLs. */
  readonly version: number
  readonly version_id?: string
  /** Signature of the server's answer, in hex: 40 or 64 characters. */
  readonly signature: string
  readonly resource_type: 'image' | 'video' | 'raw'
  readonly type: string
  readonly format?: string
  /** Pixels. */
  readonly width?: number
  /** Pixels. */
  readonly height?: number
  /** Seconds, for video and audio. */
  readonly duration?: number
  readonly bytes: number
  /** MD5 of the bytes, hex. */
  readonly etag: string
  readonly url: string
  readonly secure_url: string
  /** ISO 8601. */
  readonly created_at: string
  readonly tags: readonly string[]
  readonly original_filename: string
  readonly folder?: string
  readonly asset_folder?: string
  readonly display_name?: string
  readonly placeholder?: boolean
  readonly existing?: boolean
  readonly pages?: number
  readonly api_key?: string
  readonly delete_token?: string
  readonly context?: { readonly custom?: Readonly<Record<string, string>> }
  readonly coordinates?: {
    readonly custom?: readonly number[][]
    readonly faces?: readonly number[][]
  }
  /** Any other field of the server's answer. */
  readonly [name: string]: unknown
}

/** An uploaded asset: the server's answer and the widget's additions. */
export interface UploadResult extends UploadResponse {
  /** Id of the file in this widget, for example `uw-file3`. */
  readonly id: string
  /** Id of the files that were added together, for example `uw-batch2`. */
  readonly batchId: string
  /** `v<version>/<public_id>.<format>`. */
  readonly path: string
  /** Always empty. Exists for code that was written for the protocol's own widget. */
  readonly hook_execution: Readonly<Record<string, unknown>>
  /** Address of a thumbnail, by `thumbnailTransformation`. Raw files have none. */
  readonly thumbnail_url?: string
}

/** A file in the event `upload-added`. */
export interface AddedFile {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** MIME type from the browser; may be empty. */
  readonly type: string
  /** Milliseconds since 1970. */
  readonly lastModified: number
  readonly lastModifiedDate: Date
}

/** Status of a file, in the protocol's words. */
export type QueueFileStatus = 'waiting' | 'uploading' | 'success' | 'error' | 'aborted'

/** A file of the queue in the events `queues-end` and `show-completed`. */
export interface QueueFile {
  readonly id: string
  readonly batchId: string
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly type: string
  readonly status: QueueFileStatus
  /** Error sentence of a failed file, else empty. */
  readonly statusText: string
  /** Percent, 0 to 100. */
  readonly progress: number
  readonly done: boolean
  readonly failed: boolean
  readonly aborted: boolean
  readonly paused: boolean
  /** True if the server fetches the file from an address. */
  readonly isFetch: boolean
  readonly publicId: string | null
  readonly file: File
  /** Same object as the `info` of `success`. Only for uploaded files. */
  readonly uploadInfo?: UploadResult
}

/** Any failure of the widget. */
export interface UploadWidgetError {
  /** HTTP status as text; `'0'` without an answer. */
  readonly status: string
  /** Error sentence for the person who uploads. */
  readonly statusText: string
  /** Same as `statusText`. */
  readonly message: string
  /** Error code. Branch on this, not on the texts. */
  readonly code: ErrorCode
  /** Id of the file, for a failure of one file. */
  readonly id?: string
  /** The file, for a failure of one file. */
  readonly file?: File
  /** Detail for the developer, in English: the cause and the remedy, or the server's message. Do not show it to people who upload. */
  readonly hint?: string
}

/** Result of the app's `onUploaded` for one upload. */
export interface UploadCompletion {
  /** Same id as in `success`. */
  readonly id: string
  /**
   * `done`: the app answered. `failed`: it refused, or all attempts failed. `pending`: no answer yet. `none`: the server notifies no app.
   */
  readonly status: 'done' | 'failed' | 'pending' | 'none'
  /** Return value of `onUploaded`; only with `done`. */
  readonly result?: unknown
  /** Same object as the `info` of `success`. */
  readonly asset: UploadResult
}

/** Progress of all uploads, as passed to `onProgress`. */
export interface UploadProgress {
  /** Total bytes of all files. */
  readonly bytes: number
  /** Bytes that have left the browser. */
  readonly sentBytes: number
  /** Percent, 0 to 100. */
  readonly percent: number
  /** Average speed. Absent in the first seconds. */
  readonly bytesPerSecond?: number
  /** Estimated time until everything is sent. Absent in the first seconds. */
  readonly secondsLeft?: number
}

/** Display state of the widget. */
export type DisplayState = 'shown' | 'hidden' | 'minimized' | 'expanded'

/** Data (`info`) of each event. {@link UploadWidgetEvent} is the union of all events. */
export interface UploadWidgetEvents {
  /** The widget was shown, hidden, minimized to the bar, or expanded from it. */
  'display-changed': DisplayState
  /** A person opened another source. */
  'source-changed': { readonly source: string }
  /** A file entered the queue. `publicId` is the requested id; the final one is in `success`. */
  'upload-added': { readonly file: AddedFile; readonly publicId: string | null }
  /** A person set the public id in the advanced options. */
  publicid: { readonly id: string | null }
  /** A person set tags in the advanced options. */
  tags: { readonly tags: readonly string[] }
  /** The first upload starts. */
  'queues-start': undefined
  /** A file is stored on the server. Emitted once per file. */
  success: UploadResult
  /** A person retried files. */
  retry: { readonly ids: readonly string[]; readonly all: boolean }
  /** A person stopped files, or closing the widget did. */
  abort: { readonly ids: readonly string[]; readonly all: boolean }
  /**
   * Some files were not added: too many files, an invalid public id, or a refusal by `preBatch`. `USER_CHANGED` exists only in Countersign:
   * another user signed in, and the first user's files were stopped and removed.
   */
  'batch-cancelled': {
    readonly reason: 'MAX_EXCEEDED' | 'INVALID_PUBLIC_ID' | 'CANCELLED' | 'USER_CHANGED'
  }
  /** No file is waiting or running any more. Lists all files with their status. */
  'queues-end': { readonly files: readonly QueueFile[] }
  /** A person pressed the button that shows the uploaded files. */
  'show-completed': { readonly items: readonly QueueFile[] }
  /** The widget was closed, and its list is empty again. */
  close: { readonly message: string } | undefined
  /** Countersign only: the app has answered an upload, or will not answer. Follows the upload's `success`. */
  completed: UploadCompletion
  /** Countersign only: a person deleted an uploaded asset by its delete token. */
  deleted: UploadResult
  /** Countersign only: emitted with `error` once per failed or refused file. */
  'upload-failed': UploadWidgetError
  /** Countersign only: emitted with `error` if the widget cannot work at all. */
  'configuration-failed': UploadWidgetError
}

/** Name of an event. */
export type UploadWidgetEventName = keyof UploadWidgetEvents

/** Second argument of the callback. `event` tells the events apart. */
export type UploadWidgetEvent = {
  [Name in UploadWidgetEventName]: {
    readonly event: Name
    readonly info: UploadWidgetEvents[Name]
    readonly uw_event: true
    /** The same event in the structure of the protocol's own widget. */
    readonly data: {
      readonly type: 'uw_event'
      readonly widgetId: string
      readonly event: Name
      readonly info: UploadWidgetEvents[Name]
    }
  }
}[UploadWidgetEventName]

/**
 * Called for every event.
 *
 * @param error `null`, except for `upload-failed` and `configuration-failed`.
 */
export type UploadWidgetCallback = (
  error: UploadWidgetError | null,
  result: UploadWidgetEvent,
) => void

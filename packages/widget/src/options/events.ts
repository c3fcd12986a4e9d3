/** What the widget tells the page: one table of events, and the union made from it. @module */

import type { ErrorCode } from '@countersign/protocol/errors'

/** An uploaded asset as the server answered it, under its wire names. */
export interface UploadResponse {
  readonly asset_id: string
  readonly public_id: string
  /** Seconds since 1970; part of delivery URLs. */
  readonly version: number
  readonly version_id?: string
  /** Proof that the server gave this answer: hex, 40 or 64 chars. */
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
  /** Whatever else the server answered. */
  readonly [name: string]: unknown
}

/** `success`: the server's answer and what the widget adds. */
export interface UploadResult extends UploadResponse {
  /** The file in this widget, for example `uw-file3`. */
  readonly id: string
  /** The files that came together, for example `uw-batch2`. */
  readonly batchId: string
  /** `v<version>/<public_id>.<format>`. */
  readonly path: string
  /** Always empty. Exists for code that was written for the protocol's own widget. */
  readonly hook_execution: Readonly<Record<string, unknown>>
  /** A small rendition, by `thumbnailTransformation`; none for raw files. */
  readonly thumbnail_url?: string
}

/** The file as `upload-added` shows it. */
export interface AddedFile {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** MIME type as the browser knows it; may be empty. */
  readonly type: string
  /** Milliseconds since 1970. */
  readonly lastModified: number
  readonly lastModifiedDate: Date
}

/** Where a file stands, in the protocol's words. */
export type QueueFileStatus = 'waiting' | 'uploading' | 'success' | 'error' | 'aborted'

/** One file of the queue as `queues-end` and `show-completed` list it. */
export interface QueueFile {
  readonly id: string
  readonly batchId: string
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly type: string
  readonly status: QueueFileStatus
  /** A sentence where the file failed, else empty. */
  readonly statusText: string
  /** Percent, 0 to 100. */
  readonly progress: number
  readonly done: boolean
  readonly failed: boolean
  readonly aborted: boolean
  readonly paused: boolean
  /** Whether the server fetches it. */
  readonly isFetch: boolean
  readonly publicId: string | null
  readonly file: File
  /** The same as `success.info`; only where the file was uploaded. */
  readonly uploadInfo?: UploadResult
}

/** Why something did not work: one shape for every failure. */
export interface UploadWidgetError {
  /** HTTP status as text, `'0'` where there was no answer. */
  readonly status: string
  /** Sentence for the person who uploads. */
  readonly statusText: string
  /** The same sentence. */
  readonly message: string
  /** The word to branch on. */
  readonly code: ErrorCode
  /** The file, where it was about one. */
  readonly id?: string
  readonly file?: File
  /** Detail for the developer, in English: the cause and the remedy, or the server's message. Do not show it to people who upload. */
  readonly hint?: string
}

/** What the app's `onUploaded` said to one upload. */
export interface UploadCompletion {
  /** The same id as in `success`. */
  readonly id: string
  /** `done`: it answered; `failed`: it refused, or was given up; `pending`: not yet; `none`: no app is told. */
  readonly status: 'done' | 'failed' | 'pending' | 'none'
  /** What `onUploaded` returned; only where `done`. */
  readonly result?: unknown
  /** What `success` told. */
  readonly asset: UploadResult
}

/** How far the uploads are, as `onProgress` hears it. */
export interface UploadProgress {
  readonly bytes: number
  readonly sentBytes: number
  /** 0 to 100. */
  readonly percent: number
  /** Absent in the first seconds. */
  readonly bytesPerSecond?: number
  /** Absent in the first seconds. */
  readonly secondsLeft?: number
}

/** How the widget is shown. */
export type DisplayState = 'shown' | 'hidden' | 'minimized' | 'expanded'

/** Event name to `info`. Every event is one member of {@link UploadWidgetEvent}. */
export interface UploadWidgetEvents {
  /** The widget was shown, taken away, shrunk to the bar, or brought back from it. */
  'display-changed': DisplayState
  /** A person opened another source. */
  'source-changed': { readonly source: string }
  /** A file entered the queue. `publicId` is the one asked for; the final one is in `success`. */
  'upload-added': { readonly file: AddedFile; readonly publicId: string | null }
  /** A person set the public id in the advanced options. */
  publicid: { readonly id: string | null }
  /** A person set tags in the advanced options. */
  tags: { readonly tags: readonly string[] }
  /** The first of the waiting files begins. */
  'queues-start': undefined
  /** One file is stored; once for each. */
  success: UploadResult
  /** A person tries files again. */
  retry: { readonly ids: readonly string[]; readonly all: boolean }
  /** A person stopped files, or closing did. */
  abort: { readonly ids: readonly string[]; readonly all: boolean }
  /**
   * Files were left out: too many files, an invalid public id, or a refusal by `preBatch`. `USER_CHANGED` (Countersign only): another
   * user signed in, and the first user's files were stopped and removed.
   */
  'batch-cancelled': {
    readonly reason: 'MAX_EXCEEDED' | 'INVALID_PUBLIC_ID' | 'CANCELLED' | 'USER_CHANGED'
  }
  /** Nothing waits and nothing runs any more; all files, whatever became of them. */
  'queues-end': { readonly files: readonly QueueFile[] }
  /** A person asked to see what was uploaded. */
  'show-completed': { readonly items: readonly QueueFile[] }
  /** The widget was closed and has forgotten its files. */
  close: { readonly message: string } | undefined
  /** Ours: the app has answered to an upload of `success` before it, or will not. */
  completed: UploadCompletion
  /** Ours: a person deleted what was uploaded, by its delete token. */
  deleted: UploadResult
  /** Ours: comes with `error`, once for each failed or refused file. */
  'upload-failed': UploadWidgetError
  /** Ours: comes with `error` when the widget cannot work at all. */
  'configuration-failed': UploadWidgetError
}

/** One event's name. */
export type UploadWidgetEventName = keyof UploadWidgetEvents

/** What the callback gets as its second argument, told apart by `event`. */
export type UploadWidgetEvent = {
  [Name in UploadWidgetEventName]: {
    readonly event: Name
    readonly info: UploadWidgetEvents[Name]
    readonly uw_event: true
    /** The same payload once more, as the protocol's widget sends it. */
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

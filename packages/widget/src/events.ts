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

/** One file of the queue as `queues-end` and `show-completed` list it. */
export interface QueueFile {
  readonly id: string
  readonly batchId: string
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly type: string
  readonly status: 'waiting' | 'uploading' | 'success' | 'error' | 'aborted'
  /** A sentence where the file failed, else empty. */
  readonly statusText: string
  /** Percent, 0 to 100. */
  readonly progress: number
  readonly done: boolean
  readonly failed: boolean
  readonly aborted: boolean
  readonly publicId: string | null
  readonly file: File
  /** The same as `success.info`; only where the file was uploaded. */
  readonly uploadInfo?: UploadResult
}

/** Why something did not work: one shape for every failure. */
export interface UploadWidgetError {
  /** HTTP status as text, `'0'` where there was no answer. */
  readonly status: string
  /** A sentence for a person. */
  readonly statusText: string
  /** The same sentence. */
  readonly message: string
  /** The word to branch on. */
  readonly code: ErrorCode
  /** The file, where it was about one. */
  readonly id?: string
  readonly file?: File
  /** What the developer should do, where the widget knows. */
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

/** How the widget is shown. */
export type DisplayState = 'shown' | 'hidden' | 'minimized' | 'expanded'

/** Event name to `info`. Every event is one member of {@link UploadWidgetEvent}. */
export interface UploadWidgetEvents {
  'display-changed': DisplayState
  'source-changed': { readonly source: string }
  'upload-added': { readonly file: AddedFile; readonly publicId: string | null }
  publicid: { readonly id: string | null }
  tags: { readonly tags: readonly string[] }
  'queues-start': undefined
  success: UploadResult
  retry: { readonly ids: readonly string[]; readonly all: boolean }
  abort: { readonly ids: readonly string[]; readonly all: boolean }
  'batch-cancelled': { readonly reason: 'MAX_EXCEEDED' | 'INVALID_PUBLIC_ID' | 'CANCELLED' }
  'queues-end': { readonly files: readonly QueueFile[] }
  'show-completed': { readonly items: readonly QueueFile[] }
  close: { readonly message: string } | undefined
  /** Ours: the app has answered to an upload of `success` before it, or will not. */
  completed: UploadCompletion
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

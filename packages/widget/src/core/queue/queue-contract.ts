/** Types of the upload queue: settings, changes and methods. @module */

import type { Limits } from '@countersign/protocol/limits'
import type { WireParams } from '@countersign/protocol/params'
import type { FileRules } from '../files/check-file.js'
import type { NewUpload, PrepareFile } from '../files/new-upload.js'
import type { ResumeKeeper } from '../resume/resume-record.js'
import type { DiscoveredPreset, Discovery, SigningOptions } from '../signing/signing-client.js'
import type { Connection } from '../transfer/connection.js'
import type { AddressSources } from '../transfer/server-address.js'
import type { UploadTransport } from '../transfer/upload-transport.js'
import type { QueueProgress } from './upload-speed.js'
import type { UploadItem } from './upload-state.js'

/** A change of the queue. */
export type QueueChange =
  | { readonly type: 'added'; readonly items: readonly UploadItem[] }
  | { readonly type: 'changed'; readonly item: UploadItem }
  | { readonly type: 'removed'; readonly item: UploadItem }
  /** The endpoint named another user, so the first user's files were stopped and removed. Holds only their ids. */
  | { readonly type: 'user-changed'; readonly ids: readonly string[] }
  /** A person stopped files. Comes before `ended`. */
  | { readonly type: 'stopped'; readonly ids: readonly string[]; readonly isAll: boolean }
  /** A person retried files. Comes before the files start. */
  | { readonly type: 'retried'; readonly ids: readonly string[]; readonly isAll: boolean }
  /** The first upload starts. */
  | { readonly type: 'started' }
  /** No file is waiting or running any more. */
  | { readonly type: 'ended'; readonly items: readonly UploadItem[] }

/** Settings of a queue. The queue reads them again for every file. */
export interface QueueSettings
  extends SigningOptions,
    FileRules,
    Omit<AddressSources, 'answeredUrl'> {
  /** Upload parameters to request, wire name to value. */
  readonly params?: WireParams | undefined
  /** Preset of the endpoint whose limits apply. @default 'default' */
  readonly uploadPreset?: string | undefined
  /** Resource type in the upload address. @default 'auto' */
  readonly resourceType?: string | undefined
  /** True if files are sent as soon as they are added. With `false`, `start` sends them. @default true */
  readonly autoUpload?: boolean | undefined
  /** Maximum number of parallel requests, over all files and their parts. @default 3 */
  readonly maxParallelUploads?: number | undefined
  /** Maximum number of files in the queue. The queue keeps the first ones. */
  readonly maxFiles?: number | null | undefined
  /** Size of one part in bytes. At least {@link MIN_CHUNK_BYTES}. @default 20000000 */
  readonly maxChunkSize?: number | undefined
  /** Changes images before they are sent. The size limits apply to the result. */
  readonly prepareFile?: PrepareFile | undefined
}

/** Platform functions of a queue. Each has a default. */
export interface QueuePlatform {
  /** Sends requests. @default fetch */
  readonly transport?: UploadTransport
  /** Tells whether the browser is online. @default the browser's own state */
  readonly connection?: Connection
  /** Loads the store that keeps large uploads over a reload. @default nothing is kept */
  readonly loadResume?: () => Promise<ResumeKeeper | undefined>
  /** Waits for a number of milliseconds. Rejects if the signal aborts. @default a timer */
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>
  /** Returns a random number from 0 to 1, for retry delays. @default Math.random */
  readonly random?: () => number
  /** Returns the time in milliseconds. @default Date.now */
  readonly now?: () => number
  /** Called once if uploads go to the protocol's default host. */
  readonly onDefaultHost?: (url: string) => void
}

/** Result of adding files. */
export interface AddedFiles {
  /** Files that are now in the queue. Some may be `refused`. */
  readonly items: readonly UploadItem[]
  /** Files that were not added because of `maxFiles`. */
  readonly leftOut: readonly File[]
  /** Files that the queue already had. */
  readonly known: readonly File[]
}

/** A queue of uploads. */
export interface UploadQueue {
  /** Returns every file, in the order in which the files were added. */
  items(): readonly UploadItem[]
  /** Returns the bytes of the whole queue, its speed and the time left. */
  progress(): QueueProgress
  /**
   * Fetches the endpoint's presets and limits once, and again after a failure.
   *
   * @throws MediaError if the endpoint cannot be used.
   */
  discover(): Promise<Discovery>
  /**
   * Asks the endpoint again who is signed in, unless it named the user within the last 30 seconds. If the user changed, removes the first
   * user's files. Call it before you show files that were hidden. Never rejects.
   */
  confirmUser(): Promise<void>
  /** Returns the limits of the endpoint's preset; `undefined` before they are known. */
  limits(): Limits | undefined
  /** Returns the presets that the endpoint allows this user; `undefined` if they are not known. */
  presets(): ReadonlyMap<string, DiscoveredPreset> | undefined
  /** Checks files, and uploads those that pass. */
  add(files: readonly (File | NewUpload)[]): Promise<AddedFiles>
  /** Restores large uploads that the same user began in an earlier visit. @returns The restored items. */
  restore(): Promise<readonly UploadItem[]>
  /** Sends files that are `ready`: all, or the given ones. @returns Their ids. */
  start(ids?: readonly string[]): readonly string[]
  /** Pauses unfinished files: all, or the given ones. @returns Their ids. */
  pause(ids?: readonly string[]): readonly string[]
  /** Continues paused files: all, or the given ones. @returns Their ids. */
  resume(ids?: readonly string[]): readonly string[]
  /** Cancels unfinished files: all, or the given ones. @returns Their ids. */
  cancel(ids?: readonly string[]): readonly string[]
  /**
   * Retries failed and canceled files: all, or the given ones. Files that wait for their next attempt start at once.
   * @returns Their ids.
   */
  retry(ids?: readonly string[]): readonly string[]
  /** Stops a file and removes it from the queue. */
  remove(id: string): void
  /** Returns true if a file is waiting or running. */
  isActive(): boolean
  /** Calls the listener after every change. @returns A function that removes the listener. */
  subscribe(listener: (change: QueueChange) => void): () => void
  /** Stops every upload and removes all listeners. */
  destroy(): void
}

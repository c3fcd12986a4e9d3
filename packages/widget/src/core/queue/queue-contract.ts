/** What a queue is asked for and tells. @module */

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

/** What changed. */
export type QueueChange =
  | { readonly type: 'added'; readonly items: readonly UploadItem[] }
  | { readonly type: 'changed'; readonly item: UploadItem }
  | { readonly type: 'removed'; readonly item: UploadItem }
  /** The endpoint named another user, so the first user's files were stopped and removed. Holds their ids only. */
  | { readonly type: 'user-changed'; readonly ids: readonly string[] }
  /** A person stopped files; comes before the queue's end. */
  | { readonly type: 'stopped'; readonly ids: readonly string[]; readonly isAll: boolean }
  /** A person tries files again; comes before they start. */
  | { readonly type: 'retried'; readonly ids: readonly string[]; readonly isAll: boolean }
  /** The first upload begins. */
  | { readonly type: 'started' }
  /** Nothing waits and nothing runs any more. */
  | { readonly type: 'ended'; readonly items: readonly UploadItem[] }

/** What the queue reads, anew for every file. */
export interface QueueSettings
  extends SigningOptions,
    FileRules,
    Omit<AddressSources, 'answeredUrl'> {
  /** Upload parameters to ask for, wire name to value. */
  readonly params?: WireParams | undefined
  /** The endpoint's preset whose limits are checked. @default 'default' */
  readonly uploadPreset?: string | undefined
  /** Path segment. @default 'auto' */
  readonly resourceType?: string | undefined
  /** Whether files are sent as they are added; else `start` sends them. @default true */
  readonly autoUpload?: boolean | undefined
  /** Requests side by side, over all files and the parts of each. @default 3 */
  readonly maxParallelUploads?: number | undefined
  /** Most files in the queue; the first ones are kept. */
  readonly maxFiles?: number | null | undefined
  /** Bytes of one part. At least {@link MIN_CHUNK_BYTES}. @default 20000000 */
  readonly maxChunkSize?: number | undefined
  /** Makes of each picture what is sent. Its size is checked afterwards. */
  readonly prepareFile?: PrepareFile | undefined
}

/** What the queue runs on; all of it has a default. */
export interface QueuePlatform {
  /** @default fetch */
  readonly transport?: UploadTransport
  /** @default what the browser says */
  readonly connection?: Connection
  /** Loads what keeps large uploads over a reload. @default nothing is kept */
  readonly loadResume?: () => Promise<ResumeKeeper | undefined>
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>
  readonly random?: () => number
  readonly now?: () => number
  /** Told once when uploads go to the protocol's default host. */
  readonly onDefaultHost?: (url: string) => void
}

/** What became of files that were added. */
export interface AddedFiles {
  /** In the queue; some may be `refused`. */
  readonly items: readonly UploadItem[]
  /** More than `maxFiles`. */
  readonly leftOut: readonly File[]
  /** In the queue already. */
  readonly known: readonly File[]
}

/** A queue of uploads. */
export interface UploadQueue {
  /** Every file, in order of arrival. */
  items(): readonly UploadItem[]
  /** The whole queue in bytes, its speed and the time left. */
  progress(): QueueProgress
  /**
   * Ask the endpoint for its limits; asked once, and again after a failure.
   *
   * @throws MediaError when the endpoint cannot be used.
   */
  discover(): Promise<Discovery>
  /**
   * Asks the endpoint again who is signed in, unless it said so within the last 30 seconds. The files of another user are taken out. Call it
   * before files are shown that have not been on the screen. Never rejects.
   */
  confirmUser(): Promise<void>
  /** The limits of the endpoint's preset, once known. */
  limits(): Limits | undefined
  /** The presets that the endpoint opens to this caller, once known; `undefined` where nothing tells. */
  presets(): ReadonlyMap<string, DiscoveredPreset> | undefined
  /** Check files and upload those that may be uploaded. */
  add(files: readonly (File | NewUpload)[]): Promise<AddedFiles>
  /** Restores large uploads that the same user began in an earlier visit. @returns The restored items. */
  restore(): Promise<readonly UploadItem[]>
  /** Send what is `ready`: all, or the given ones. @returns Their ids. */
  start(ids?: readonly string[]): readonly string[]
  /** Stop for a while: all that is not finished, or the given ones. @returns Their ids. */
  pause(ids?: readonly string[]): readonly string[]
  /** Go on with what was paused: all, or the given ones. @returns Their ids. */
  resume(ids?: readonly string[]): readonly string[]
  /** Stop uploads: all that are not finished, or the given ones. @returns Ids of what was stopped. */
  cancel(ids?: readonly string[]): readonly string[]
  /** Try failed and cancelled uploads again, and at once those that wait for their next try: all that can be, or the given ones. @returns Their ids. */
  retry(ids?: readonly string[]): readonly string[]
  /** Take a file out, stopping it first. */
  remove(id: string): void
  /** Whether something waits or runs. */
  isActive(): boolean
  /** Be told of changes. @returns Stops it. */
  subscribe(listener: (change: QueueChange) => void): () => void
  /** Stop everything and say nothing more. */
  destroy(): void
}

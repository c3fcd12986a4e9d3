/** The queue: files in, signed uploads out, a few side by side. No DOM. @module */

import type { MediaError } from '@countersign/protocol/errors'
import type { Limits } from '@countersign/protocol/limits'
import type { WireParams } from '@countersign/protocol/params'
import { checkFile, type FileRules } from './check-file.js'
import { failureDetails, toFailure } from './failure.js'
import { wait as waitFor } from './retry-delay.js'
import { DEFAULT_CHUNK_BYTES, MIN_CHUNK_BYTES, type SendProgress, sendFile } from './send-file.js'
import { type AddressSources, resolveServerAddress } from './server-address.js'
import {
  createSigningClient,
  type Discovery,
  type SignedUpload,
  type SigningOptions,
} from './signing-client.js'
import { createFetchTransport, type UploadTransport } from './upload-transport.js'

/** Where one file stands. */
export type UploadState =
  /** In line, or waiting to try again after `error`. */
  | { readonly status: 'waiting'; readonly error?: MediaError; readonly retryInSeconds?: number }
  | { readonly status: 'signing' }
  | { readonly status: 'uploading'; readonly sentBytes: number }
  /** Every byte has left; the server has not answered yet. */
  | { readonly status: 'processing' }
  | {
      readonly status: 'done'
      readonly response: Readonly<Record<string, unknown>>
      /** Where the app's answer to this upload is read; absent where no nonce was signed. */
      readonly completionUrl: string | undefined
    }
  | { readonly status: 'failed'; readonly error: MediaError; readonly isRetryable: boolean }
  /** Never sent: a limit forbids it. */
  | { readonly status: 'refused'; readonly error: MediaError }
  | { readonly status: 'cancelled' }

/** One file of the queue. A new object for every change. */
export interface UploadItem {
  /** For example `uw-file3`. */
  readonly id: string
  /** Files that were added together, for example `uw-batch2`. */
  readonly batchId: string
  readonly file: File
  readonly state: UploadState
}

/** What changed. */
export type QueueChange =
  | { readonly type: 'added'; readonly items: readonly UploadItem[] }
  | { readonly type: 'changed'; readonly item: UploadItem }
  | { readonly type: 'removed'; readonly item: UploadItem }
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
  /** @default 3 */
  readonly maxParallelUploads?: number | undefined
  /** Most files in the queue; the first ones are kept. */
  readonly maxFiles?: number | null | undefined
  /** Bytes of one part. At least {@link MIN_CHUNK_BYTES}. @default 20000000 */
  readonly maxChunkSize?: number | undefined
}

/** What the queue runs on; all of it has a default. */
export interface QueuePlatform {
  /** @default fetch */
  readonly transport?: UploadTransport
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
  /**
   * Ask the endpoint for its limits; asked once, and again after a failure.
   *
   * @throws MediaError when the endpoint cannot be used.
   */
  discover(): Promise<Discovery>
  /** The limits of the endpoint's preset, once known. */
  limits(): Limits | undefined
  /** Check files and upload those that may be uploaded. */
  add(files: readonly File[]): Promise<AddedFiles>
  /** Stop uploads: all that are not finished, or the given ones. @returns Ids of what was stopped. */
  cancel(ids?: readonly string[]): readonly string[]
  /** Try failed and cancelled uploads again: all that can be, or the given ones. @returns Their ids. */
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

interface Entry {
  item: UploadItem
  readonly nonce: string
  /** Whether it is the only file of its batch: a public id names one file. */
  readonly isAlone: boolean
  storedBytes: number
  run: AbortController | undefined
}

let lastFile = 0
let lastBatch = 0

/**
 * Create a queue. Nothing is sent before the first `discover` or `add`.
 *
 * @param settings Plain settings, or a function that is asked again for every file.
 */
export function createUploadQueue(
  settings: QueueSettings | (() => QueueSettings),
  platform: QueuePlatform = {},
): UploadQueue {
  return new Queue(typeof settings === 'function' ? settings : () => settings, platform)
}

class Queue implements UploadQueue {
  readonly #settings: () => QueueSettings
  readonly #platform: Required<QueuePlatform>
  readonly #signing: ReturnType<typeof createSigningClient>
  readonly #entries = new Map<string, Entry>()
  readonly #listeners = new Set<(change: QueueChange) => void>()
  readonly #life = new AbortController()
  #discovery: Promise<Discovery> | undefined
  #found: Discovery | undefined
  #isRunning = false
  #wasDefaultHostTold = false

  constructor(settings: () => QueueSettings, platform: QueuePlatform) {
    this.#settings = settings
    this.#platform = {
      transport: platform.transport ?? createFetchTransport(),
      wait: platform.wait ?? waitFor,
      random: platform.random ?? Math.random,
      now: platform.now ?? Date.now,
      onDefaultHost: platform.onDefaultHost ?? (() => undefined),
    }
    this.#signing = createSigningClient(settings, this.#platform)
  }

  items(): readonly UploadItem[] {
    return [...this.#entries.values()].map((entry) => entry.item)
  }

  discover(): Promise<Discovery> {
    this.#discovery ??= this.#signing.discover(this.#life.signal).then(
      (found) => {
        this.#found = found
        return found
      },
      (error: unknown) => {
        this.#discovery = undefined
        throw error
      },
    )
    return this.#discovery
  }

  limits(): Limits | undefined {
    const name = this.#settings().uploadPreset ?? 'default'
    return this.#found?.kind === 'countersign' ? this.#found.presets.get(name) : undefined
  }

  async add(files: readonly File[]): Promise<AddedFiles> {
    // What is wrong with the endpoint is said by the upload itself.
    await this.discover().catch(() => undefined)
    const { fresh, known } = this.#withoutKnown(files)
    const room = Math.max(
      0,
      (this.#settings().maxFiles ?? Number.POSITIVE_INFINITY) - this.#countKept(),
    )
    const kept = fresh.slice(0, room)
    const rules: FileRules = { ...this.#settings(), limits: this.limits() }
    const problems = await Promise.all(kept.map((file) => checkFile(file, rules)))
    if (this.#life.signal.aborted) return { items: [], leftOut: [], known: [] }
    lastBatch += 1
    const entries = kept.map((file, index) =>
      createEntry(file, `uw-batch${lastBatch}`, problems[index] ?? null, kept.length === 1),
    )
    for (const entry of entries) this.#entries.set(entry.item.id, entry)
    const items = entries.map((entry) => entry.item)
    if (items.length > 0) this.#tell({ type: 'added', items })
    this.#pump()
    return { items, leftOut: fresh.slice(room), known }
  }

  cancel(ids?: readonly string[]): readonly string[] {
    const stopped = this.#chosen(ids, isUnfinished)
    for (const entry of stopped) {
      entry.run?.abort()
      entry.run = undefined
      this.#change(entry, { status: 'cancelled' })
    }
    this.#pump()
    return stopped.map((entry) => entry.item.id)
  }

  retry(ids?: readonly string[]): readonly string[] {
    const again = this.#chosen(ids, (state) =>
      state.status === 'failed'
        ? state.isRetryable
        : ids !== undefined && state.status === 'cancelled',
    )
    for (const entry of again) this.#change(entry, { status: 'waiting' })
    this.#pump()
    return again.map((entry) => entry.item.id)
  }

  remove(id: string): void {
    const entry = this.#entries.get(id)
    if (!entry) return
    entry.run?.abort()
    this.#entries.delete(id)
    this.#tell({ type: 'removed', item: entry.item })
    this.#pump()
  }

  isActive(): boolean {
    return [...this.#entries.values()].some((entry) => isUnfinished(entry.item.state))
  }

  subscribe(listener: (change: QueueChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  destroy(): void {
    this.#listeners.clear()
    this.#life.abort()
    for (const entry of this.#entries.values()) entry.run?.abort()
    this.#entries.clear()
  }

  #withoutKnown(files: readonly File[]): { fresh: File[]; known: File[] } {
    const isKnown = (file: File): boolean =>
      [...this.#entries.values()].some(
        ({ item }) =>
          isKept(item.state) && item.state.status !== 'done' && isSameFile(item.file, file),
      )
    return { fresh: files.filter((file) => !isKnown(file)), known: files.filter(isKnown) }
  }

  #countKept(): number {
    return [...this.#entries.values()].filter((entry) => isKept(entry.item.state)).length
  }

  #chosen(ids: readonly string[] | undefined, isChosen: (state: UploadState) => boolean): Entry[] {
    return [...this.#entries.values()].filter(
      ({ item }) => (!ids || ids.includes(item.id)) && isChosen(item.state),
    )
  }

  #tell(change: QueueChange): void {
    for (const listener of this.#listeners) listener(change)
  }

  #change(entry: Entry, state: UploadState): void {
    entry.item = { ...entry.item, state }
    this.#tell({ type: 'changed', item: entry.item })
  }

  #pump(): void {
    if (this.#life.signal.aborted) return
    const entries = [...this.#entries.values()]
    const next = entries.filter(({ item, run }) => item.state.status === 'waiting' && !run)
    const running = entries.filter(({ run }) => run).length
    if (next.length + running === 0) {
      if (this.#isRunning) {
        this.#isRunning = false
        this.#tell({ type: 'ended', items: this.items() })
      }
      return
    }
    if (!this.#isRunning) {
      this.#isRunning = true
      this.#tell({ type: 'started' })
    }
    const free = Math.max(1, this.#settings().maxParallelUploads ?? 3) - running
    for (const entry of next.slice(0, Math.max(0, free))) void this.#run(entry)
  }

  async #run(entry: Entry): Promise<void> {
    const run = new AbortController()
    entry.run = run
    const state = await this.#outcome(entry, run.signal)
    // Cancelled, removed or started anew meanwhile: this outcome is nobody's any more.
    if (entry.run !== run || run.signal.aborted) return
    entry.run = undefined
    this.#change(entry, state)
    this.#pump()
  }

  async #outcome(entry: Entry, signal: AbortSignal): Promise<UploadState> {
    const { file } = entry.item
    let completionUrl: string | undefined
    const { maxChunkSize = DEFAULT_CHUNK_BYTES } = this.#settings()
    try {
      const response = await sendFile({
        ...this.#platform,
        file,
        nonce: entry.nonce,
        firstByte: entry.storedBytes,
        maxChunkBytes: Math.max(maxChunkSize, MIN_CHUNK_BYTES),
        sign: () =>
          this.#signing.sign({ params: this.#paramsOf(entry), nonce: entry.nonce, signal }),
        addressOf: (signed) => {
          const url = this.#addressOf(signed)
          if (signed.fields.some(([name]) => name === 'nonce'))
            completionUrl = url.replace(/[^/]+\/upload$/, `completions/${entry.nonce}`)
          return url
        },
        signal,
        onProgress: (progress) => {
          if (!signal.aborted) this.#change(entry, stateOf(progress))
        },
        onStored: (bytes) => {
          entry.storedBytes = bytes
        },
      })
      return { status: 'done', response, completionUrl }
    } catch (thrown) {
      const error = toFailure(thrown)
      if (error.code === 'UPLOAD_ABORTED') return { status: 'cancelled' }
      const { isRetryable = false } = failureDetails(error)
      // The parts of a refused upload may be gone: a later try starts from the first byte.
      if (!failureDetails(error).isTransient) entry.storedBytes = 0
      return { status: 'failed', error, isRetryable }
    }
  }

  #paramsOf(entry: Entry): WireParams {
    const { public_id, ...params } = this.#settings().params ?? {}
    return entry.isAlone && public_id ? { ...params, public_id } : params
  }

  #addressOf(signed: SignedUpload): string {
    const settings = this.#settings()
    const found = this.#found?.kind === 'countersign' ? this.#found : undefined
    const { url, isDefaultHost } = resolveServerAddress({
      ...settings,
      answeredUrl: signed.uploadUrl ?? found?.uploadUrl,
      cloudName: signed.cloudName ?? settings.cloudName ?? found?.cloudName,
    })
    if (isDefaultHost && !this.#wasDefaultHostTold) {
      this.#wasDefaultHostTold = true
      this.#platform.onDefaultHost(url)
    }
    return `${url}/${signed.resourceType ?? settings.resourceType ?? 'auto'}/upload`
  }
}

function createEntry(
  file: File,
  batchId: string,
  problem: MediaError | null,
  isAlone: boolean,
): Entry {
  lastFile += 1
  const state: UploadState = problem ? { status: 'refused', error: problem } : { status: 'waiting' }
  const item: UploadItem = { id: `uw-file${lastFile}`, batchId, file, state }
  return { item, nonce: createNonce(), isAlone, storedBytes: 0, run: undefined }
}

function createNonce(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function stateOf(progress: SendProgress): UploadState {
  if (progress.phase === 'uploading') return { status: 'uploading', sentBytes: progress.sentBytes }
  if (progress.phase === 'paused') {
    const retryInSeconds = Math.ceil(progress.delayMs / 1000)
    return { status: 'waiting', error: progress.error, retryInSeconds }
  }
  return { status: progress.phase }
}

/** Whether an upload is still to come or under way. */
export function isUnfinished(state: UploadState): boolean {
  return ['waiting', 'signing', 'uploading', 'processing'].includes(state.status)
}

/** Whether a file counts towards `maxFiles`. */
function isKept(state: UploadState): boolean {
  return state.status !== 'refused' && state.status !== 'cancelled'
}

function isSameFile(one: File, other: File): boolean {
  return (
    one.name === other.name && one.size === other.size && one.lastModified === other.lastModified
  )
}

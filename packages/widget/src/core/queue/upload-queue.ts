/** The upload queue: signs files and sends several of them in parallel. Works without a DOM. @module */

import type { Limits } from '@countersign/protocol/limits'
import { logFailure } from '../failures/failure.js'
import { loadTypesFor } from '../files/file-type.js'
import type { NewUpload } from '../files/new-upload.js'
import { KnownEndpoint } from '../signing/known-endpoint.js'
import {
  createSigningClient,
  type DiscoveredPreset,
  type Discovery,
  type SignedUpload,
} from '../signing/signing-client.js'
import { bytesIn } from '../transfer/byte-ranges.js'
import { resolveServerAddress } from '../transfer/server-address.js'
import { createUploadSlots } from '../transfer/upload-slots.js'
import { checkUpload } from './check-upload.js'
import { KeptUploads } from './kept-uploads.js'
import type { AddedFiles, QueueChange, QueueSettings, UploadQueue } from './queue-contract.js'
import {
  createEntry,
  firstState,
  isFileChanged,
  isSameUpload,
  nextBatchId,
  type QueueEntry,
  stopRun,
} from './queue-entry.js'
import { completePlatform, type SendingPlatform } from './queue-platform.js'
import { type RunContext, runUpload } from './run-upload.js'
import { createSpeedometer, type QueueProgress } from './upload-speed.js'
import { isKept, isUnfinished, type UploadItem, type UploadState } from './upload-state.js'

/** Maximum number of files that may run beyond the parallel limit. Files that are being signed or processed by the server need no slot. */
const BESIDE_PLACES = 6

/**
 * Creates a queue. Sends nothing before the first `discover` or `add`.
 *
 * @param settings Returns the settings. Called again for every file.
 */
export function createQueue(settings: () => QueueSettings, platform: SendingPlatform): UploadQueue {
  return new Queue(settings, platform)
}

class Queue implements UploadQueue {
  readonly #settings: () => QueueSettings
  readonly #context: RunContext
  readonly #kept: KeptUploads
  readonly #speed: ReturnType<typeof createSpeedometer>
  readonly #entries = new Map<string, QueueEntry>()
  readonly #listeners = new Set<(change: QueueChange) => void>()
  readonly #life = new AbortController()
  readonly #endpoint: KnownEndpoint
  #isRunning = false
  #wasDefaultHostTold = false

  constructor(settings: () => QueueSettings, { loadResume, ...platform }: SendingPlatform) {
    const complete = completePlatform(platform)
    this.#settings = settings
    this.#kept = new KeptUploads(loadResume)
    this.#speed = createSpeedometer(complete.now)
    const signing = createSigningClient(settings, complete)
    this.#endpoint = new KnownEndpoint({
      ask: () => signing.discover(this.#life.signal),
      now: complete.now,
      onOtherUser: () => this.#leaveUser(),
    })
    this.#context = {
      platform: complete,
      settings,
      signing,
      takeSlot: createUploadSlots(() => this.#places()),
      endpoint: this.#endpoint,
      addressOf: (signed) => this.#addressOf(signed),
      change: (entry, state) => this.#change(entry, state),
      keep: (entry, address) => {
        // If another user signed in while the part was stored, the upload is not kept under the new user's tag.
        if (this.#entries.has(entry.item.id))
          void this.#kept.keep(entry, address, this.#endpoint.userTag)
      },
    }
  }

  items(): readonly UploadItem[] {
    return [...this.#entries.values()].map((entry) => entry.item)
  }

  progress(): QueueProgress {
    return this.#speed.read(this.items())
  }

  async discover(): Promise<Discovery> {
    const found = await this.#endpoint.discover()
    await loadTypesFor(this.limits()?.accept)
    return found
  }

  confirmUser(): Promise<void> {
    return this.#endpoint.confirmUser()
  }

  limits(): Limits | undefined {
    const name = this.#settings().uploadPreset ?? 'default'
    return this.presets()?.get(name)?.limits
  }

  presets(): ReadonlyMap<string, DiscoveredPreset> | undefined {
    return this.#endpoint.found?.presets
  }

  async add(files: readonly (File | NewUpload)[]): Promise<AddedFiles> {
    await this.confirmUser()
    const user = this.#endpoint.userTag
    const uploads = files.map((file) => (file instanceof File ? { file } : file))
    const { fresh, known } = await this.#withoutKnown(uploads)
    const { maxFiles, autoUpload = true } = this.#settings()
    const room = Math.max(0, (maxFiles ?? Number.POSITIVE_INFINITY) - this.#countKept())
    const kept = fresh.slice(0, room)
    const problems = await Promise.all(
      kept.map((upload) => checkUpload(upload, this.#settings(), this.limits())),
    )
    const isOthers = user !== undefined && user !== this.#endpoint.userTag
    if (this.#life.signal.aborted || isOthers) return { items: [], leftOut: [], known: [] }
    const batchId = nextBatchId()
    const isAlone = kept.length === 1
    const entries = kept.map((upload, index) => {
      const state = firstState(problems[index] ?? null, autoUpload)
      return createEntry(upload, { batchId, state, isAlone })
    })
    const items = this.#insert(entries)
    this.#pump()
    return {
      items,
      leftOut: fresh.slice(room).map(({ file }) => file),
      known: known.map(({ file }) => file),
    }
  }

  async restore(): Promise<readonly UploadItem[]> {
    await this.discover().catch(() => undefined)
    const keeper = await this.#kept.load()
    if (!keeper) return []
    const { restoreEntries } = await import('./restore-entries.js')
    const items = await restoreEntries(keeper, {
      endpoint: this.#endpoint,
      entries: () => [...this.#entries.values()],
      insert: (entries) => this.#insert(entries),
      batchId: nextBatchId(),
      autoUpload: this.#settings().autoUpload !== false,
      createEntry,
      signal: this.#life.signal,
    })
    // Restored uploads that are done have been reported, so they leave the store.
    for (const entry of this.#chosen(undefined, ({ status }) => status === 'done'))
      this.#kept.forget(entry)
    this.#pump()
    return items
  }

  start(ids?: readonly string[]): readonly string[] {
    return this.#putInLine(ids, (state) => state.status === 'ready')
  }

  pause(ids?: readonly string[]): readonly string[] {
    const paused = this.#chosen(
      ids,
      (state) =>
        isUnfinished(state) &&
        state.status !== 'processing' &&
        !(state.status === 'paused' && state.reason === 'person'),
    )
    for (const entry of paused) {
      stopRun(entry)
      const sentBytes = bytesIn(entry.received)
      this.#change(entry, { status: 'paused', reason: 'person', sentBytes })
    }
    this.#pump()
    return paused.map((entry) => entry.item.id)
  }

  resume(ids?: readonly string[]): readonly string[] {
    return this.#putInLine(ids, (state) => state.status === 'paused' && state.reason === 'person')
  }

  cancel(ids?: readonly string[]): readonly string[] {
    const stopped = this.#chosen(
      ids,
      (state) => isUnfinished(state) || (ids !== undefined && state.status === 'ready'),
    )
    for (const entry of stopped) {
      stopRun(entry)
      this.#kept.forget(entry)
      this.#change(entry, { status: 'cancelled' })
    }
    const stoppedIds = stopped.map((entry) => entry.item.id)
    const isAll = ids === undefined
    if (stoppedIds.length > 0) this.#tell({ type: 'stopped', ids: stoppedIds, isAll })
    this.#pump()
    return stoppedIds
  }

  retry(ids?: readonly string[]): readonly string[] {
    return this.#putInLine(
      ids,
      (state) =>
        state.status === 'failed'
          ? state.isRetryable
          : // Starts the next attempt at once.
            (state.status === 'waiting' && state.error !== undefined) ||
            (ids !== undefined && state.status === 'cancelled'),
      'retried',
    )
  }

  remove(id: string): void {
    const entry = this.#entries.get(id)
    if (!entry) return
    stopRun(entry)
    this.#kept.forget(entry)
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
    for (const entry of this.#entries.values()) stopRun(entry)
    this.#entries.clear()
    this.#kept.release()
  }

  /** Separates files that the queue does not have from files that it has. A file that a restored upload needs goes to that upload. */
  async #withoutKnown(
    uploads: readonly NewUpload[],
  ): Promise<{ fresh: NewUpload[]; known: NewUpload[] }> {
    const fresh: NewUpload[] = []
    const known: NewUpload[] = []
    for (const upload of uploads) {
      // The changed file replaces the row that asks for it.
      for (const { item, chosen } of this.#chosen(undefined, isFileChanged))
        if (chosen.file.name === upload.file.name) this.remove(item.id)
      const twin = [...this.#entries.values()].find(
        (entry) =>
          isKept(entry.item.state) &&
          entry.item.state.status !== 'done' &&
          isSameUpload(entry, upload),
      )
      if (!twin) fresh.push(upload)
      else if (twin.item.state.status !== 'file-needed') known.push(upload)
      else if (await this.#rejoin(twin, upload.file)) continue
      else fresh.push(upload)
    }
    return { fresh, known }
  }

  async #rejoin(entry: QueueEntry, file: File): Promise<boolean> {
    const keeper = await this.#kept.load()
    if (!(await keeper?.isSameFile(entry.nonce, file))) return false
    entry.item = { ...entry.item, file }
    this.#change(entry, { status: 'waiting' })
    this.#pump()
    return true
  }

  #insert(entries: readonly QueueEntry[]): readonly UploadItem[] {
    for (const entry of entries) this.#entries.set(entry.item.id, entry)
    const items = entries.map((entry) => entry.item)
    if (items.length > 0) this.#tell({ type: 'added', items })
    return items
  }

  #countKept(): number {
    return [...this.#entries.values()].filter((entry) => isKept(entry.item.state)).length
  }

  #chosen(
    ids: readonly string[] | undefined,
    isChosen: (state: UploadState) => boolean,
  ): QueueEntry[] {
    return [...this.#entries.values()].filter(
      ({ item }) => (!ids || ids.includes(item.id)) && isChosen(item.state),
    )
  }

  #putInLine(
    ids: readonly string[] | undefined,
    isChosen: (state: UploadState) => boolean,
    type?: 'retried',
  ): readonly string[] {
    const entries = this.#chosen(ids, isChosen)
    const chosenIds = entries.map((entry) => entry.item.id)
    if (type && chosenIds.length > 0) this.#tell({ type, ids: chosenIds, isAll: ids === undefined })
    for (const entry of entries) {
      stopRun(entry)
      this.#change(entry, { status: 'waiting' })
    }
    this.#pump()
    return chosenIds
  }

  #tell(change: QueueChange): void {
    for (const listener of this.#listeners) listener(change)
  }

  #change(entry: QueueEntry, state: UploadState): void {
    if (!this.#entries.has(entry.item.id)) return
    entry.item = { ...entry.item, state }
    if (state.status === 'uploading') this.#speed.note(this.items())
    this.#tell({ type: 'changed', item: entry.item })
  }

  #places(): number {
    return Math.max(1, this.#settings().maxParallelUploads ?? 3)
  }

  #pump(): void {
    if (this.#life.signal.aborted) return
    const entries = [...this.#entries.values()]
    if (!this.isActive()) {
      if (this.#isRunning) {
        this.#isRunning = false
        this.#speed.reset()
        this.#tell({ type: 'ended', items: this.items() })
      }
      return
    }
    if (!this.#isRunning) {
      this.#isRunning = true
      this.#tell({ type: 'started' })
    }
    const next = entries.filter(({ item, run }) => item.state.status === 'waiting' && !run)
    const running = entries.filter(({ run }) => run).length
    const free = Math.max(0, this.#places() + BESIDE_PLACES - running)
    for (const entry of next.slice(0, free)) void this.#run(entry)
  }

  async #run(entry: QueueEntry): Promise<void> {
    const run = new AbortController()
    entry.run = run
    const state = await runUpload(entry, this.#context, run.signal)
    // The file was canceled, removed or restarted meanwhile, so this result is ignored.
    if (entry.run !== run || run.signal.aborted) return
    entry.run = undefined
    if (state.status === 'failed') logFailure(state.error)
    if (!(state.status === 'failed' && state.isRetryable)) this.#kept.forget(entry)
    this.#change(entry, state)
    this.#pump()
  }

  /** Stops and removes the first user's files after another user signed in. */
  #leaveUser(): void {
    if (this.#life.signal.aborted) return
    const others = [...this.#entries.values()]
    this.#entries.clear()
    for (const entry of others) stopRun(entry)
    // Large uploads stay in the browser's store until the first user signs in again.
    this.#kept.release(others)
    this.#tell({ type: 'user-changed', ids: others.map(({ item }) => item.id) })
    this.#pump()
  }

  #addressOf(signed: SignedUpload): string {
    const settings = this.#settings()
    const found = this.#endpoint.found
    const { url, isDefaultHost } = resolveServerAddress({
      ...settings,
      answeredUrl: signed.uploadUrl ?? found?.uploadUrl,
      cloudName: signed.cloudName ?? settings.cloudName ?? found?.cloudName,
    })
    if (isDefaultHost && !this.#wasDefaultHostTold) {
      this.#wasDefaultHostTold = true
      this.#context.platform.onDefaultHost(url)
    }
    return url
  }
}

/** One opening of a widget: its queue, and the events and form fields that follow from its files. @module */

import type { MediaError } from '@countersign/protocol/errors'
import { toFailure } from './core/failures/failure.js'
import { remoteUpload } from './core/files/new-upload.js'
import type {
  CompletionReader,
  NewUpload,
  QueueChange,
  UploadItem,
  UploadQueue,
} from './core/index.js'
import { isUnfinished } from './core/queue/upload-state.js'
import { createCompletionReader } from './core/transfer/read-completion.js'
import { addToForm, formOf } from './form/form-fields.js'
import type {
  QueueFile,
  UploadResult,
  UploadWidgetEventName,
  UploadWidgetEvents,
} from './options/events.js'
import type { UploadWidgetOptions } from './options/options.js'
import { queueFile, uploadResult } from './options/upload-result.js'
import { createOptionsQueue } from './queue.js'
import { takeUpUploads } from './take-up-uploads.js'
import type { WidgetView } from './view/state/contract.js'

const PROGRESS_INTERVAL_MS = 100

/** The session's access to its widget. */
export interface SessionHost {
  readonly options: () => UploadWidgetOptions
  readonly view: () => WidgetView | undefined
  readonly emit: <Name extends UploadWidgetEventName>(
    event: Name,
    info: UploadWidgetEvents[Name],
  ) => void
  readonly fail: (error: MediaError, item?: UploadItem) => void
  readonly minimize: () => void
  /** Called when the only file is uploaded. */
  readonly onOneDone: () => void
  /** Discards edits in the advanced options. */
  readonly forgetEdits: () => void
  /** Aborts when the widget is destroyed. Closing the widget does not abort it. */
  readonly life: AbortSignal
}

/** One opening of a widget, from `open` to `close`. */
export class UploadSession {
  readonly queue: UploadQueue
  readonly #host: SessionHost
  readonly #readCompletion: CompletionReader
  /** A new object for each user. A call that started with another object must not report its result. */
  #user = {}
  /** Assets of this user that the page shows as hidden fields and thumbnails. */
  readonly #shown: UploadResult[] = []
  readonly #waiting = new Set<() => void>()
  readonly #ending = new AbortController()
  #told = 0

  constructor(host: SessionHost) {
    this.#host = host
    this.#readCompletion = createCompletionReader(host.life)
    this.queue = createOptionsQueue(host.options)
    this.queue.subscribe((change) => this.#follow(change))
  }

  /** Makes the page's form wait for the uploads if `autoUpload` is off, and calls {@link takeUp}. */
  async begin(): Promise<void> {
    const options = this.#host.options()
    const form = formOf(options)
    if (options.autoUpload === false && form instanceof HTMLFormElement) void this.#holdBack(form)
    await this.takeUp()
  }

  /** Fetches the endpoint's limits, and restores uploads of an earlier visit. */
  takeUp(): Promise<void> {
    return takeUpUploads(this.queue, this.#host.options())
  }

  files(): readonly QueueFile[] {
    const options = this.#host.options()
    return this.queue.items().map((item) => queueFile(item, options))
  }

  async addFiles(files: readonly File[]): Promise<void> {
    const { multiple, cropping } = this.#host.options()
    const chosen = multiple === false ? files.slice(0, 1) : files
    if (chosen.length === 0 || !(await this.#mayAdd(chosen))) return
    const uploads = cropping ? await this.#crop(chosen) : chosen
    if (uploads) await this.#add(uploads, files.length - chosen.length)
  }

  async addUrls(urls: readonly string[]): Promise<void> {
    const uploads = urls.map(remoteUpload)
    const chosen = this.#host.options().multiple === false ? uploads.slice(0, 1) : uploads
    if (!(await this.#mayAdd(chosen.map(({ file }) => file)))) return
    await this.#add(chosen, uploads.length - chosen.length)
  }

  /** Sends files that are held back. @returns All files, once no file is waiting or running. */
  async upload(): Promise<readonly QueueFile[]> {
    this.queue.start()
    if (this.queue.isActive()) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
    return this.files()
  }

  /** Removes a file from the list, and an uploaded file from the page's form and thumbnails. */
  async remove(id: string): Promise<void> {
    const item = this.#item(id)
    if (item && isUnfinished(item.state)) this.queue.cancel([id])
    this.queue.remove(id)
    const result = this.#shown.find((asset) => asset.id === id)
    if (!result) return
    const { hideUpload } = await import('./destroy-upload.js')
    hideUpload(result, this.#host.options())
  }

  /** Deletes an uploaded file from the server. @returns True if the server deleted it. */
  async undo(id: string): Promise<boolean> {
    const item = this.#item(id)
    const result = this.#shown.find((asset) => asset.id === id)
    if (item?.state.status !== 'done' || !result) return false
    return this.#destroyUpload(result, item.state.uploadUrl)
  }

  end(): void {
    this.#ending.abort()
    this.queue.destroy()
    this.#wakeWaiting()
  }

  async #holdBack(form: HTMLFormElement): Promise<void> {
    const { uploadBeforeSubmit } = await import('./form/form-submit.js')
    const { signal } = this.#ending
    if (!signal.aborted) uploadBeforeSubmit(form, { upload: () => this.upload(), signal })
  }

  async #destroyUpload(result: UploadResult, url: string): Promise<boolean> {
    const { destroyUpload } = await import('./destroy-upload.js')
    return destroyUpload(url, result, { ...this.#host, queue: this.queue })
  }

  /** Removes the first user's results, names and previews from the page, and loads the new user's uploads. */
  async #leaveUser(files: number): Promise<void> {
    const shown = this.#shown.splice(0)
    this.#user = {}
    this.#host.forgetEdits()
    const { leaveUser } = await import('./leave-user.js')
    leaveUser(this.#host, { shown, files })
    // The new user may have other presets, limits and large uploads.
    await this.takeUp()
    this.#host.view()?.update()
  }

  #item(id: string): UploadItem | undefined {
    return this.queue.items().find((item) => item.id === id)
  }

  async #crop(files: readonly File[]): Promise<readonly (File | NewUpload)[] | null> {
    return (await this.#host.view()?.crop?.(files)) ?? null
  }

  async #add(uploads: readonly (File | NewUpload)[], alreadyLeftOut: number): Promise<void> {
    const { items, leftOut, known } = await this.queue.add(uploads)
    const tooMany = leftOut.length + alreadyLeftOut
    if (tooMany > 0) this.#host.emit('batch-cancelled', { reason: 'MAX_EXCEEDED' })
    this.#host.view()?.notify({ added: items.length, leftOut: tooMany, known: known.length })
  }

  async #mayAdd(files: readonly File[]): Promise<boolean> {
    const { preBatch, publicId } = this.#host.options()
    if (publicId && /[?&#\\%<>+]/.test(publicId)) {
      this.#host.emit('batch-cancelled', { reason: 'INVALID_PUBLIC_ID' })
      return false
    }
    if (!preBatch) return true
    const user = this.#user
    try {
      const { askPreBatch } = await import('./ask-pre-batch.js')
      if (await askPreBatch(preBatch, files, this.#host.life)) return user === this.#user
    } catch (thrown) {
      if (this.#host.life.aborted) return false
      this.#host.fail(toFailure(thrown))
    }
    this.#host.emit('batch-cancelled', { reason: 'CANCELLED' })
    return false
  }

  #follow(change: QueueChange): void {
    const { emit, options, view, minimize } = this.#host
    view()?.follow(change)
    if (change.type === 'added') {
      for (const item of change.items) this.#tellAdded(item)
    } else if (change.type === 'started') {
      emit('queues-start', undefined)
      if (options().autoMinimize) minimize()
    } else if (change.type === 'stopped') {
      emit('abort', { ids: change.ids, all: change.isAll })
    } else if (change.type === 'retried') {
      emit('retry', { ids: change.ids, all: change.isAll })
    } else if (change.type === 'user-changed') {
      this.#leaveUser(change.ids.length).catch(() => undefined)
    } else if (change.type === 'changed') {
      this.#tellProgress(change.item)
      this.#tellOutcome(change.item)
    } else if (change.type === 'ended') {
      this.#tellEnd(change.items)
    }
  }

  #tellAdded(item: UploadItem): void {
    const { file, state } = item
    if (state.status === 'refused') {
      this.#host.fail(state.error, item)
      return
    }
    const { name, size, type, lastModified } = file
    this.#host.emit('upload-added', {
      file: { name, size, type, lastModified, lastModifiedDate: new Date(lastModified) },
      publicId: this.#host.options().publicId ?? null,
    })
    this.#tellOutcome(item)
  }

  #tellProgress({ state }: UploadItem): void {
    const { onProgress } = this.#host.options()
    const isDue =
      state.status !== 'uploading' || performance.now() - this.#told > PROGRESS_INTERVAL_MS
    if (!onProgress || !isDue) return
    this.#told = performance.now()
    const { bytes, sentBytes, bytesPerSecond, secondsLeft } = this.queue.progress()
    onProgress({
      bytes,
      sentBytes,
      percent: bytes === 0 ? 0 : Math.floor((sentBytes / bytes) * 100),
      ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
      ...(secondsLeft === undefined ? {} : { secondsLeft }),
    })
  }

  #tellOutcome(item: UploadItem): void {
    const { state } = item
    if (state.status === 'failed' || state.status === 'refused') this.#host.fail(state.error, item)
    if (state.status !== 'done') return
    const options = this.#host.options()
    const result = uploadResult(item, state.response, options)
    this.#shown.push(result)
    addToForm(result, options)
    if (options.thumbnails) void this.#addThumbnail(result, state.uploadUrl)
    this.#host.emit('success', result)
    const { uploadUrl, completionUrl } = state
    if (completionUrl) void this.#tellCompletion(result, { uploadUrl, completionUrl })
  }

  async #addThumbnail(result: UploadResult, url: string): Promise<void> {
    const { addThumbnail } = await import('./form/thumbnails.js')
    addThumbnail(result, this.#host.options(), () => this.#destroyUpload(result, url))
  }

  async #tellCompletion(
    asset: UploadResult,
    upload: Parameters<CompletionReader>[0],
  ): Promise<void> {
    const user = this.#user
    const completion = await this.#readCompletion(upload)
    if (!this.#host.life.aborted && user === this.#user)
      this.#host.emit('completed', { id: asset.id, asset, ...completion })
  }

  #tellEnd(items: readonly UploadItem[]): void {
    const { emit, options, onOneDone } = this.#host
    const files = this.files()
    emit('queues-end', { files })
    const uploaded = files.flatMap(({ uploadInfo }) => (uploadInfo ? [uploadInfo] : []))
    options().onComplete?.(uploaded, files)
    this.#wakeWaiting()
    if (items.length === 1 && items[0]?.state.status === 'done') onOneDone()
  }

  #wakeWaiting(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}

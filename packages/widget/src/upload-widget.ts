/** One widget: options, queue and view held together, and the events that come of it. @module */

import type { MediaError } from '@countersign/protocol/errors'
import { answerOf } from './core/app-hooks.js'
import { createFailure, toFailure } from './core/failure.js'
import {
  createUploadQueue,
  failureDetails,
  isUnfinished,
  paramsFromOptions,
  type QueueChange,
  type QueueSettings,
  readCompletion,
  resolveServerAddress,
  type UploadItem,
  type UploadQueue,
} from './core/index.js'
import type {
  UploadResult,
  UploadWidgetCallback,
  UploadWidgetEvent,
  UploadWidgetEventName,
  UploadWidgetEvents,
} from './events.js'
import { addToForm } from './form-fields.js'
import type { UploadWidgetInstance } from './instance.js'
import { loadView } from './load-view.js'
import {
  toCamelCaseOptions,
  type UploadWidgetInput,
  type UploadWidgetOptions,
  warnUnsupported,
} from './options.js'
import { pageDefaults } from './page-defaults.js'
import { queueFile, uploadResult, widgetError } from './upload-result.js'
import type { WidgetNotice, WidgetView } from './view/contract.js'
import { xhrTransport } from './xhr-transport.js'

const AUTO_CLOSE_DELAY_MS = 600

let lastWidget = 0
const opened: UploadWidget[] = []

/** The widget that was opened last and is still in use. */
export function lastOpenedWidget(): UploadWidgetInstance | undefined {
  return opened.at(-1)
}

/** One widget. `createUploadWidget` makes it; everything public is {@link UploadWidgetInstance}. */
export class UploadWidget implements UploadWidgetInstance {
  readonly id: string
  #options: UploadWidgetOptions
  #callback: UploadWidgetCallback | undefined
  #display: 'closed' | 'shown' | 'hidden' | 'minimized' = 'closed'
  #queue: UploadQueue | undefined
  #view: WidgetView | undefined
  #problem: MediaError | undefined
  #autoClose: ReturnType<typeof setTimeout> | undefined
  readonly #life = new AbortController()

  constructor(input: UploadWidgetInput, callback: UploadWidgetCallback | undefined) {
    lastWidget += 1
    this.id = `widget_${lastWidget}`
    this.#options = toCamelCaseOptions(input)
    this.#callback = callback
    warnUnsupported(this.#options)
  }

  open(_source?: unknown, extra?: { readonly files?: readonly (File | string)[] }): void {
    if (this.isDestroyed()) {
      console.warn('[countersign] This widget was destroyed; create a new one.')
      return
    }
    const isFirst = this.#display === 'closed'
    this.#showAs('shown', this.#display === 'minimized' ? 'expanded' : 'shown')
    if (isFirst) void this.#checkConfiguration()
    const files = (extra?.files ?? []).filter((file): file is File => file instanceof File)
    if (files.length > 0) void this.#addFiles(files)
  }

  close(options: { readonly quiet?: boolean } = {}): void {
    if (this.#display === 'closed') return
    if (this.#queue?.isActive() && options.quiet !== true) {
      // The question stands in the dialog, so it has to be seen.
      if (this.#display !== 'shown') this.#showAs('shown', 'shown')
      if (this.#view) {
        this.#view.askToClose()
        return
      }
    }
    this.#finish()
  }

  hide(): void {
    if (this.#display === 'shown' || this.#display === 'minimized') this.#showAs('hidden', 'hidden')
  }

  show(): void {
    if (this.#display === 'hidden') this.#showAs('shown', 'shown')
    else if (this.#display === 'minimized') this.#showAs('shown', 'expanded')
    else this.open()
  }

  minimize(): void {
    if (this.#display === 'shown' || this.#display === 'hidden')
      this.#showAs('minimized', 'minimized')
  }

  update(input: UploadWidgetInput, callback?: UploadWidgetCallback): void {
    this.#options = { ...this.#options, ...toCamelCaseOptions(input) }
    if (callback) this.#callback = callback
    warnUnsupported(this.#options)
    this.#view?.update()
  }

  async destroy(): Promise<void> {
    if (this.isDestroyed()) return
    this.#life.abort()
    this.#reset()
    this.#callback = undefined
  }

  isShowing(): boolean {
    return this.#display === 'shown'
  }

  isMinimized(): boolean {
    return this.#display === 'minimized'
  }

  isDestroyed(): boolean {
    return this.#life.signal.aborted
  }

  #showAs(
    display: 'shown' | 'hidden' | 'minimized',
    event: UploadWidgetEvents['display-changed'],
  ): void {
    const isSame = this.#display === display
    this.#display = display
    if (!opened.includes(this)) opened.push(this)
    this.#queue ??= this.#createQueue()
    if (this.#view) this.#view.show(display)
    else void this.#loadView(this.#queue)
    if (!isSame) this.#emit('display-changed', event)
  }

  async #loadView(queue: UploadQueue): Promise<void> {
    try {
      const { mountWidgetView } = await loadView()
      // Closed, destroyed or reopened while the view was on its way.
      if (this.#queue !== queue || this.#view || this.#display === 'closed') return
      this.#view = mountWidgetView({
        queue,
        options: () => this.#options,
        addFiles: (files) => this.#addFiles(files),
        cancel: (ids) => this.#cancel(ids),
        retry: (ids) => this.#retry(ids),
        remove: (id) => this.#remove(id),
        close: (isConfirmed) => this.close({ quiet: isConfirmed }),
        minimize: () => this.minimize(),
        expand: () => this.show(),
        showCompleted: () => this.#emit('show-completed', { items: this.#queueFiles() }),
        checkConfiguration: () => this.#checkConfiguration(),
      })
      this.#view.setProblem(this.#problem)
      this.#view.show(this.#display)
    } catch (cause) {
      this.#fail(toFailure(cause))
    }
  }

  #createQueue(): UploadQueue {
    const queue = createUploadQueue(() => this.#settings(), {
      transport: xhrTransport,
      onDefaultHost: (url) =>
        console.info(`[countersign] Uploads go to ${url}; uploadPrefix names another server.`),
    })
    queue.subscribe((change) => this.#follow(change))
    return queue
  }

  #settings(): QueueSettings {
    const options = this.#options
    const { multiple = true, maxFiles } = options
    return {
      ...options,
      cloudName: options.cloudName ?? pageDefaults.cloudName,
      scriptUrl: pageDefaults.scriptUrl,
      params: paramsFromOptions({ ...options }),
      maxFiles: multiple ? maxFiles : null,
    }
  }

  async #checkConfiguration(): Promise<boolean> {
    const queue = this.#queue
    if (!queue) return false
    this.#setProblem(undefined)
    try {
      this.#assertConfigured()
      await queue.discover()
      this.#view?.update()
      return true
    } catch (thrown) {
      if (this.#queue !== queue) return false
      const problem = toFailure(thrown)
      this.#setProblem(problem)
      this.#fail(problem)
      return false
    }
  }

  #assertConfigured(): void {
    const settings = this.#settings()
    const { signatureEndpoint, uploadSignature, prepareUploadParams, uploadPreset } = settings
    // An endpoint may still answer the cloud and the address.
    if (signatureEndpoint) return
    resolveServerAddress(settings)
    if (!uploadSignature && !prepareUploadParams && !uploadPreset) {
      throw createFailure('CONFIG_INVALID', 'no_signer', {}, { isConfiguration: true })
    }
  }

  #setProblem(problem: MediaError | undefined): void {
    this.#problem = problem
    this.#view?.setProblem(problem)
  }

  async #addFiles(files: readonly File[]): Promise<void> {
    const queue = this.#queue
    if (!queue || files.length === 0) return
    clearTimeout(this.#autoClose)
    const isSingle = this.#options.multiple === false
    const chosen = isSingle ? files.slice(0, 1) : files
    if (!(await this.#mayAdd(chosen)) || this.#queue !== queue) return
    const { items, leftOut, known } = await queue.add(chosen)
    const tooMany = leftOut.length + (files.length - chosen.length)
    if (tooMany > 0) this.#emit('batch-cancelled', { reason: 'MAX_EXCEEDED' })
    const notice: WidgetNotice = { added: items.length, leftOut: tooMany, known: known.length }
    this.#view?.notify(notice)
  }

  async #mayAdd(files: readonly File[]): Promise<boolean> {
    const { preBatch, publicId } = this.#options
    if (publicId && /[?&#\\%<>+]/.test(publicId)) {
      this.#emit('batch-cancelled', { reason: 'INVALID_PUBLIC_ID' })
      return false
    }
    if (!preBatch) return true
    try {
      const answer = await answerOf(
        (callback) => preBatch((given) => callback(given ?? {}), { files }),
        new AbortController().signal,
      )
      if ((answer as { readonly cancel?: boolean }).cancel !== true) return true
    } catch (thrown) {
      this.#fail(toFailure(thrown))
    }
    this.#emit('batch-cancelled', { reason: 'CANCELLED' })
    return false
  }

  #cancel(ids?: readonly string[]): void {
    const stopped = this.#queue?.cancel(ids) ?? []
    if (stopped.length > 0) this.#emit('abort', { ids: stopped, all: ids === undefined })
  }

  #retry(ids?: readonly string[]): void {
    clearTimeout(this.#autoClose)
    const again = this.#queue?.retry(ids) ?? []
    if (again.length > 0) this.#emit('retry', { ids: again, all: ids === undefined })
  }

  #remove(id: string): void {
    const item = this.#queue?.items().find((each) => each.id === id)
    if (item && isUnfinished(item.state)) this.#cancel([id])
    this.#queue?.remove(id)
  }

  #follow(change: QueueChange): void {
    this.#view?.follow(change)
    if (change.type === 'added') {
      for (const item of change.items) this.#tellAdded(item)
    } else if (change.type === 'started') {
      this.#emit('queues-start', undefined)
      if (this.#options.autoMinimize) this.minimize()
    } else if (change.type === 'changed') {
      this.#tellOutcome(change.item)
    } else if (change.type === 'ended') {
      this.#emit('queues-end', { files: this.#queueFiles() })
      this.#closeAfterOne(change.items)
    }
  }

  #tellAdded(item: UploadItem): void {
    const { file, state } = item
    if (state.status === 'refused') {
      this.#fail(state.error, item)
      return
    }
    const { name, size, type, lastModified } = file
    this.#emit('upload-added', {
      file: { name, size, type, lastModified, lastModifiedDate: new Date(lastModified) },
      publicId: this.#options.publicId ?? null,
    })
  }

  #tellOutcome(item: UploadItem): void {
    if (item.state.status === 'failed') this.#fail(item.state.error, item)
    if (item.state.status !== 'done') return
    const result = uploadResult(item, item.state.response, this.#options)
    addToForm(result, this.#options)
    this.#emit('success', result)
    if (item.state.completionUrl) void this.#tellCompletion(result, item.state.completionUrl)
  }

  async #tellCompletion(asset: UploadResult, url: string): Promise<void> {
    const completion = await readCompletion(url, this.#life.signal)
    if (!this.isDestroyed()) this.#emit('completed', { id: asset.id, asset, ...completion })
  }

  #closeAfterOne(items: readonly UploadItem[]): void {
    const [only] = items
    const isOne = items.length === 1 && only?.state.status === 'done'
    if (!isOne || this.#options.singleUploadAutoClose === false) return
    this.#autoClose = setTimeout(() => this.#finish(), AUTO_CLOSE_DELAY_MS)
  }

  #queueFiles(): ReturnType<typeof queueFile>[] {
    return (this.#queue?.items() ?? []).map((item) => queueFile(item, this.#options))
  }

  #finish(): void {
    if (this.#display === 'closed') return
    this.#cancel()
    const wasVisible = this.#display !== 'hidden'
    this.#reset()
    if (wasVisible) this.#emit('display-changed', 'hidden')
    this.#emit('close', undefined)
  }

  #reset(): void {
    clearTimeout(this.#autoClose)
    this.#display = 'closed'
    this.#view?.destroy()
    this.#queue?.destroy()
    this.#view = undefined
    this.#queue = undefined
    this.#problem = undefined
    const index = opened.indexOf(this)
    if (index >= 0) opened.splice(index, 1)
  }

  #fail(error: MediaError, item?: UploadItem): void {
    const info = widgetError(error, item)
    const { isConfiguration } = failureDetails(error)
    if (isConfiguration || !item) console.error(`[countersign] ${error.message}`)
    this.#emit(item ? 'upload-failed' : 'configuration-failed', info, info)
  }

  #emit<Name extends UploadWidgetEventName>(
    event: Name,
    info: UploadWidgetEvents[Name],
    error: Parameters<UploadWidgetCallback>[0] = null,
  ): void {
    const data = { type: 'uw_event', widgetId: this.id, event, info }
    this.#callback?.(error, { event, info, uw_event: true, data } as UploadWidgetEvent)
  }
}

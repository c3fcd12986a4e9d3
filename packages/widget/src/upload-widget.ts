/** The widget behind `createUploadWidget`: holds its options, session and view. @module */

import type { MediaError } from '@countersign/protocol/errors'
import { createConfigFailure, logFailure, toFailure } from './core/failures/failure.js'
import type { UploadItem } from './core/index.js'
import { NO_SIGNER } from './core/signing/signing-client.js'
import { resolveServerAddress } from './core/transfer/server-address.js'
import { loadView } from './load-view.js'
import { mayResume } from './may-resume.js'
import type {
  QueueFile,
  UploadWidgetCallback,
  UploadWidgetError,
  UploadWidgetEvent,
  UploadWidgetEventName,
  UploadWidgetEvents,
} from './options/events.js'
import type { UploadWidgetInstance } from './options/instance.js'
import {
  toCamelCaseOptions,
  type UploadWidgetInput,
  type UploadWidgetOptions,
  type WidgetSource,
  warnUnsupported,
} from './options/options.js'
import { queueSettings } from './options/queue-settings.js'
import { widgetError } from './options/upload-result.js'
import { UploadSession } from './upload-session.js'
import type { EditedOptions, WidgetHost, WidgetView } from './view/state/contract.js'

const AUTO_CLOSE_DELAY_MS = 600

let lastWidget = 0
const opened: UploadWidget[] = []

/** Returns the widget that was opened last and is not closed. */
export function lastOpenedWidget(): UploadWidgetInstance | undefined {
  return opened.at(-1)
}

/** Implements {@link UploadWidgetInstance}. */
export class UploadWidget implements UploadWidgetInstance {
  readonly id: string
  /** Options as the page set them. */
  #given: UploadWidgetOptions
  /** The page's options with the person's edits. */
  #options: UploadWidgetOptions
  #callback: UploadWidgetCallback | undefined
  #display: 'closed' | 'shown' | 'hidden' | 'minimized' = 'closed'
  #session: UploadSession | undefined
  #view: WidgetView | undefined
  #problem: MediaError | undefined
  #source: WidgetSource | undefined
  #autoClose: ReturnType<typeof setTimeout> | undefined
  readonly #life = new AbortController()

  constructor(input: UploadWidgetInput, callback: UploadWidgetCallback | undefined) {
    lastWidget += 1
    this.id = `widget_${lastWidget}`
    this.#given = toCamelCaseOptions(input)
    this.#options = this.#given
    this.#callback = callback
    warnUnsupported(this.#options)
    // Runs after the page's own `open`, which restores uploads itself. A widget in the page's own element has no bar.
    if (!this.#options.inlineContainer && mayResume(this.#options))
      queueMicrotask(() => this.#takeUp())
  }

  open(source?: unknown, extra?: { readonly files?: readonly (File | string)[] }): void {
    if (this.isDestroyed()) {
      console.warn('[countersign] This widget was destroyed; create a new one.')
      return
    }
    const isFirst = this.#display === 'closed'
    this.#source = typeof source === 'string' ? (source as WidgetSource) : undefined
    if (isFirst) this.#source ??= this.#options.defaultSource
    this.#showAs('shown', this.#display === 'minimized' ? 'expanded' : 'shown')
    if (isFirst) void this.#checkConfiguration()
    const given = extra?.files ?? []
    const files = given.filter((file): file is File => file instanceof File)
    const urls = given.filter((file) => typeof file === 'string')
    if (files.length > 0) void this.#session?.addFiles(files)
    if (urls.length > 0) void this.#session?.addUrls(urls)
  }

  close(options: { readonly quiet?: boolean } = {}): void {
    if (this.#display === 'closed') return
    if (this.#session?.queue.isActive() && options.quiet !== true) {
      // The question is in the dialog, so the dialog must be visible.
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
    // A widget in the page's own element has no bar.
    if (this.#options.inlineContainer) return
    if (this.#display === 'shown' || this.#display === 'hidden')
      this.#showAs('minimized', 'minimized')
  }

  async upload(): Promise<readonly QueueFile[]> {
    return (await this.#session?.upload()) ?? []
  }

  update(input: UploadWidgetInput, callback?: UploadWidgetCallback): void {
    const options = toCamelCaseOptions(input)
    this.#given = { ...this.#given, ...options }
    this.#options = { ...this.#options, ...options }
    if (callback) this.#callback = callback
    warnUnsupported(this.#options)
    this.#view?.update()
  }

  async destroy(options: { readonly removeThumbnails?: boolean } = {}): Promise<void> {
    if (this.isDestroyed()) return
    this.#life.abort()
    this.#reset()
    this.#callback = undefined
    if (!options.removeThumbnails || !this.#options.thumbnails) return
    const { removeThumbnails } = await import('./form/thumbnails.js')
    removeThumbnails(this.#options)
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
    // While the widget was hidden, its user may have signed out.
    if (display === 'shown') void this.#session?.queue.confirmUser()
    this.#session ??= this.#createSession()
    if (this.#view) this.#showView(this.#view)
    else void this.#loadView(this.#session)
    if (!isSame) this.#emit('display-changed', event)
  }

  /** Shows uploads of an earlier visit as the minimized bar, and continues them. */
  async #takeUp(): Promise<void> {
    if (this.#session || this.isDestroyed()) return
    const session = this.#createSession()
    this.#session = session
    // Opening the widget reports problems of the endpoint.
    await session.takeUp().catch(() => undefined)
    if (this.#session !== session || this.#display !== 'closed') return
    if (session.queue.items().length > 0) this.#showAs('minimized', 'minimized')
    else this.#reset()
  }

  #showView(view: WidgetView): void {
    if (this.#display === 'closed') return
    view.show(this.#display)
    if (this.#source) view.openSource?.(this.#source)
    this.#source = undefined
  }

  async #loadView(session: UploadSession): Promise<void> {
    try {
      const { mountWidgetView } = await loadView()
      // The widget was closed, destroyed or reopened while the view was loading.
      if (this.#session !== session || this.#view || this.#display === 'closed') return
      this.#view = mountWidgetView(this.#hostOf(session))
      this.#view.setProblem(this.#problem)
      this.#showView(this.#view)
    } catch (cause) {
      this.#fail(toFailure(cause))
    }
  }

  #hostOf(session: UploadSession): WidgetHost {
    const { queue } = session
    const stay = (): void => clearTimeout(this.#autoClose)
    return {
      queue,
      options: () => this.#options,
      addFiles: (files) => {
        stay()
        return session.addFiles(files)
      },
      addUrls: (urls) => {
        stay()
        return session.addUrls(urls)
      },
      upload: () => void session.upload(),
      cancel: (ids) => void queue.cancel(ids),
      pause: (ids) => void queue.pause(ids),
      resume: (ids) => void queue.resume(ids),
      retry: (ids) => {
        stay()
        queue.retry(ids)
      },
      remove: (id) => session.remove(id),
      undo: (id) => {
        stay()
        return session.undo(id)
      },
      sourceOpened: (source) => this.#emit('source-changed', { source }),
      edit: (edited) => this.#edit(edited),
      close: (isConfirmed) => this.close({ quiet: isConfirmed }),
      minimize: () => this.minimize(),
      expand: () => this.show(),
      showCompleted: () => this.#emit('show-completed', { items: session.files() }),
      checkConfiguration: () => this.#checkConfiguration(),
    }
  }

  #createSession(): UploadSession {
    return new UploadSession({
      options: () => this.#options,
      view: () => this.#view,
      emit: (event, info) => this.#emit(event, info),
      fail: (error, item) => this.#fail(error, item),
      minimize: () => this.minimize(),
      onOneDone: () => this.#closeSoon(),
      forgetEdits: () => {
        this.#options = this.#given
      },
      life: this.#life.signal,
    })
  }

  #edit(edited: EditedOptions): void {
    this.#options = { ...this.#options, ...edited }
    if ('publicId' in edited) this.#emit('publicid', { id: edited.publicId ?? null })
    if ('tags' in edited) {
      const { tags } = edited
      this.#emit('tags', { tags: typeof tags === 'string' ? tags.split(',') : (tags ?? []) })
    }
    this.#view?.update()
  }

  async #checkConfiguration(): Promise<boolean> {
    const session = this.#session
    if (!session) return false
    this.#setProblem(undefined)
    try {
      this.#assertConfigured()
      await session.begin()
      this.#view?.update()
      return true
    } catch (thrown) {
      if (this.#session !== session) return false
      const problem = toFailure(thrown)
      this.#setProblem(problem)
      this.#fail(problem)
      return false
    }
  }

  #assertConfigured(): void {
    const settings = queueSettings(this.#options)
    const { signatureEndpoint, uploadSignature, prepareUploadParams, uploadPreset } = settings
    // The endpoint may still answer the cloud and the address.
    if (signatureEndpoint) return
    resolveServerAddress(settings)
    if (!uploadSignature && !prepareUploadParams && !uploadPreset) {
      throw createConfigFailure(NO_SIGNER)
    }
  }

  #setProblem(problem: MediaError | undefined): void {
    this.#problem = problem
    this.#view?.setProblem(problem)
  }

  #closeSoon(): void {
    if (this.#options.singleUploadAutoClose === false || this.#options.inlineContainer) return
    this.#autoClose = setTimeout(() => this.#finish(), AUTO_CLOSE_DELAY_MS)
  }

  #finish(): void {
    if (this.#display === 'closed') return
    this.#session?.queue.cancel()
    const wasVisible = this.#display !== 'hidden'
    this.#reset()
    if (wasVisible) this.#emit('display-changed', 'hidden')
    this.#emit('close', undefined)
  }

  #reset(): void {
    clearTimeout(this.#autoClose)
    this.#display = 'closed'
    this.#view?.destroy()
    this.#session?.end()
    this.#view = undefined
    this.#session = undefined
    this.#problem = undefined
    const index = opened.indexOf(this)
    if (index >= 0) opened.splice(index, 1)
  }

  #fail(error: MediaError, item?: UploadItem): void {
    const info = widgetError(error, item)
    // The queue logs problems of single files.
    if (!item) logFailure(error)
    this.#emit(item ? 'upload-failed' : 'configuration-failed', info, info)
  }

  #emit<Name extends UploadWidgetEventName>(
    event: Name,
    info: UploadWidgetEvents[Name],
    error: UploadWidgetError | null = null,
  ): void {
    const data = { type: 'uw_event', widgetId: this.id, event, info }
    this.#callback?.(error, { event, info, uw_event: true, data } as UploadWidgetEvent)
  }
}

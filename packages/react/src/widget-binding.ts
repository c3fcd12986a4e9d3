/** One component's widget: its code fetched at the first `open`, or at once where an earlier visit left an unfinished upload; its options and callbacks always the latest. @module */

import type {
  UploadWidgetError,
  UploadWidgetEvent,
  UploadWidgetInput,
  UploadWidgetInstance,
} from '@countersign/widget'
import { mayResume } from '@countersign/widget/resume'
import { optionChanges } from './option-changes.js'
import type {
  CldUploadEventCallbackWidget,
  CldUploadWidgetCloudinaryInstance,
  CloudinaryUploadWidgetInstanceMethods,
} from './upload-widget-types.js'

/** What a component shows of its widget. */
export interface WidgetSnapshot {
  readonly cloudinary: CldUploadWidgetCloudinaryInstance | undefined
  readonly widget: UploadWidgetInstance | undefined
  /** Whether the widget's code is on its way. */
  readonly isLoading: boolean
}

/** What a binding needs of its component. */
export interface WidgetHost {
  /** Options of the latest render. */
  options(): UploadWidgetInput
  onEvent(error: UploadWidgetError | null, result: UploadWidgetEvent): void
  /** Called after the component's own `open`. */
  onOpen(widget: UploadWidgetInstance): void
  /** Called when the widget's code cannot be fetched. */
  onLoadFailure(error: UploadWidgetError): void
  onChange(snapshot: WidgetSnapshot): void
  /** @default import('@countersign/widget') */
  readonly load?: () => Promise<CldUploadWidgetCloudinaryInstance>
}

/** The widget of one component over its mounts. */
export interface WidgetBinding {
  readonly methods: CloudinaryUploadWidgetInstanceMethods
  /** The methods and the widget; before there is one, the methods stand for it. */
  forCallbacks(): CldUploadEventCallbackWidget
  /** Pass on what changed since the last render. */
  sync(options: UploadWidgetInput): void
  /** The component is in the page: continues unfinished uploads of an earlier visit. Call again after `release`. */
  mount(): void
  /** The component left the page: stop and forget the widget. */
  release(): void
}

/** Nothing loaded, nothing made. */
export const EMPTY_SNAPSHOT: WidgetSnapshot = {
  cloudinary: undefined,
  widget: undefined,
  isLoading: false,
}

/** Bind a widget to a component; nothing is fetched or made before `open`, or before `mount` where an upload is unfinished. */
export function createWidgetBinding(host: WidgetHost): WidgetBinding {
  return new Binding(host)
}

class Binding implements WidgetBinding {
  readonly methods: CloudinaryUploadWidgetInstanceMethods
  #snapshot = EMPTY_SNAPSHOT
  #options: UploadWidgetInput = {}
  #updates: UploadWidgetInput = {}
  #mountCount = 0
  #isReleased = false
  /** Opens the widget once its code is there; `undefined` while nobody has asked. */
  #show: ((widget: UploadWidgetInstance) => void) | undefined
  readonly #host: WidgetHost

  constructor(host: WidgetHost) {
    this.#host = host
    this.methods = {
      open: (source, options) => this.#open((widget) => widget.open(source, options)),
      show: () => (this.#widget ? this.#widget.show() : this.methods.open()),
      close: (options) => this.#widget?.close(options),
      hide: () => this.#widget?.hide(),
      minimize: () => this.#widget?.minimize(),
      upload: async () => (await this.#widget?.upload()) ?? [],
      update: (options) => this.#update(options as UploadWidgetInput),
      destroy: (options) => this.#destroy(options),
      isShowing: () => this.#widget?.isShowing() ?? false,
      isMinimized: () => this.#widget?.isMinimized() ?? false,
      isDestroyed: () => this.#widget?.isDestroyed() ?? false,
    }
  }

  forCallbacks(): CldUploadEventCallbackWidget {
    return { ...this.methods, widget: this.#widget ?? this.methods }
  }

  sync(options: UploadWidgetInput): void {
    const changes = optionChanges({ ...this.#options }, { ...options })
    this.#options = options
    if (this.#widget && Object.keys(changes).length > 0) this.#widget.update(changes)
  }

  mount(): void {
    this.#isReleased = false
    // The new widget shows what is unfinished by itself.
    if (!this.#widget && mayResume(this.#host.options())) void this.#load()
  }

  release(): void {
    this.#isReleased = true
    this.#show = undefined
    this.#mountCount += 1
    const widget = this.#widget
    this.#change({ widget: undefined, isLoading: false })
    void widget?.destroy()
  }

  get #widget(): UploadWidgetInstance | undefined {
    return this.#snapshot.widget
  }

  #open(show: (widget: UploadWidgetInstance) => void): void {
    const { cloudinary, isLoading } = this.#snapshot
    if (this.#isReleased) return
    if (cloudinary) {
      this.#showWith(cloudinary, show)
      return
    }
    this.#show ??= show
    if (!isLoading) void this.#load()
  }

  async #load(): Promise<void> {
    const mountCount = this.#mountCount
    this.#change({ isLoading: true })
    try {
      const cloudinary = await (this.#host.load ?? loadWidget)()
      // Unmounted while the code was on its way: open nothing.
      if (mountCount !== this.#mountCount) return
      this.#change({ cloudinary, isLoading: false })
      if (this.#show) this.#showWith(cloudinary, this.#show)
      else this.#create(cloudinary)
    } catch (cause) {
      if (mountCount !== this.#mountCount) return
      this.#change({ isLoading: false })
      console.error('[countersign] The upload widget could not be loaded.', cause)
      if (this.#show) this.#host.onLoadFailure(loadFailure())
    } finally {
      if (mountCount === this.#mountCount) this.#show = undefined
    }
  }

  #showWith(
    cloudinary: CldUploadWidgetCloudinaryInstance,
    show: (widget: UploadWidgetInstance) => void,
  ): void {
    const widget = this.#widget ?? this.#create(cloudinary)
    show(widget)
    this.#host.onOpen(widget)
  }

  #create(cloudinary: CldUploadWidgetCloudinaryInstance): UploadWidgetInstance {
    this.#options = this.#host.options()
    const widget = cloudinary.createUploadWidget(
      { ...this.#options, ...this.#updates },
      (error, result) => this.#host.onEvent(error, result),
    )
    this.#change({ widget })
    return widget
  }

  #update(options: UploadWidgetInput): void {
    this.#updates = { ...this.#updates, ...options }
    this.#widget?.update(options)
  }

  async #destroy(options?: { readonly removeThumbnails?: boolean }): Promise<void> {
    const widget = this.#widget
    if (!widget) return
    this.#change({ widget: undefined })
    await widget.destroy(options)
  }

  #change(change: Partial<WidgetSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change }
    this.#host.onChange(this.#snapshot)
  }
}

/** Loads the widget's code. */
export function loadWidget(): Promise<CldUploadWidgetCloudinaryInstance> {
  return import('@countersign/widget')
}

function loadFailure(): UploadWidgetError {
  const message = 'The upload window could not be loaded. Check the connection and try again.'
  return { status: '0', statusText: message, message, code: 'CONNECTION_LOST' }
}

/**
 * Binds a widget to a component. Loads the widget's code at the first `open`, or at mount if an earlier visit left an unfinished upload.
 * @module
 */

import type {
  UploadWidgetError,
  UploadWidgetEvent,
  UploadWidgetInput,
  UploadWidgetInstance,
} from '@countersign/widget'
import { mayResume } from '@countersign/widget/resume'
import { passOptionChanges } from './option-changes.js'
import type {
  CldUploadEventCallbackWidget,
  CldUploadWidgetCloudinaryInstance,
  CloudinaryUploadWidgetInstanceMethods,
} from './upload-widget-types.js'

/** State of a component's widget. */
export interface WidgetSnapshot {
  /** Functions of the widget's module; `undefined` until its code has loaded. */
  readonly cloudinary: CldUploadWidgetCloudinaryInstance | undefined
  /** The widget; `undefined` until it is created. */
  readonly widget: UploadWidgetInstance | undefined
  /** True while the widget's code loads. */
  readonly isLoading: boolean
}

/** Options and callbacks that a binding gets from its component. */
export interface WidgetHost {
  /** Returns the options of the latest render. */
  options(): UploadWidgetInput
  /** Called with each event of the widget. */
  onEvent(error: UploadWidgetError | null, result: UploadWidgetEvent): void
  /** Called after the binding has opened the widget. */
  onOpen(widget: UploadWidgetInstance): void
  /** Called if the widget's code cannot be loaded after a call of `open`. */
  onLoadFailure(error: UploadWidgetError): void
  /** Called after each change of the state. */
  onChange(snapshot: WidgetSnapshot): void
  /** Loads the widget's code. @default import('@countersign/widget') */
  readonly load?: () => Promise<CldUploadWidgetCloudinaryInstance>
}

/** The widget of one component, over all its mounts. */
export interface WidgetBinding {
  readonly methods: CloudinaryUploadWidgetInstanceMethods
  /** Returns the methods and the widget. Before the widget exists, `widget` contains the methods. */
  forCallbacks(): CldUploadEventCallbackWidget
  /** Passes changed options to the widget. Call after each render. */
  sync(options: UploadWidgetInput): void
  /** Resumes unfinished uploads of an earlier visit. Call when the component mounts, also after `release`. */
  mount(): void
  /** Destroys the widget. Call when the component unmounts. */
  release(): void
}

/** State before the code is loaded and the widget is created. */
export const EMPTY_SNAPSHOT: WidgetSnapshot = {
  cloudinary: undefined,
  widget: undefined,
  isLoading: false,
}

/** Creates the binding of a component. It loads the widget's code at `open`, or at `mount` if an earlier visit left an unfinished upload. */
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
  /** Opens the widget after its code has loaded; `undefined` if `open` was not called. */
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
    const before = this.#options
    this.#options = options
    passOptionChanges(this.#widget, { before, after: options })
  }

  mount(): void {
    this.#isReleased = false
    // The new widget shows unfinished uploads automatically.
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
      // Opens nothing if the component unmounted while the code loaded.
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

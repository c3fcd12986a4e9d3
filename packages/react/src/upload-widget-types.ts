/** The names that `next-cloudinary` gives to the widget's types, with events told apart by `event`. @module */

import type {
  UploadResult,
  UploadWidgetError,
  UploadWidgetEvent,
  UploadWidgetInput,
  UploadWidgetInstance,
  WidgetSource,
} from '@countersign/widget'

/** Every option of the widget. */
export type CloudinaryUploadWidgetOptions = UploadWidgetInput
/** One event: narrow it by `event`, and `info` is known. */
export type CloudinaryUploadWidgetResults = UploadWidgetEvent
/** `info` of `success`: the uploaded asset. */
export type CloudinaryUploadWidgetInfo = UploadResult
/** Why something did not work. */
export type CloudinaryUploadWidgetError = UploadWidgetError
/** Where files may come from. */
export type CloudinaryUploadWidgetSources = WidgetSource | null

/** Options of `close`. */
export interface CloudinaryUploadWidgetInstanceMethodCloseOptions {
  /** Stop running uploads without asking. @default false */
  readonly quiet?: boolean
}

/** Options of `destroy`. */
export interface CloudinaryUploadWidgetInstanceMethodDestroyOptions {
  /** Remove the thumbnails that the widget put into the page. @default false */
  readonly removeThumbnails?: boolean
}

/** Options of `open`. */
export interface CloudinaryUploadWidgetInstanceMethodOpenOptions {
  /** Files to add at once. */
  readonly files?: readonly (File | string)[]
}

/** Options that a living widget takes. */
export type CloudinaryUploadWidgetInstanceMethodUpdateOptions = CloudinaryUploadWidgetOptions

/** What render props and callbacks can do with the widget. */
export interface CloudinaryUploadWidgetInstanceMethods {
  /** Show the widget; the first time, fetch its code. A click event as first argument is ignored. */
  readonly open: (
    source?: CloudinaryUploadWidgetSources | unknown,
    options?: CloudinaryUploadWidgetInstanceMethodOpenOptions,
  ) => void
  /** Close and start afresh next time. */
  readonly close: (options?: CloudinaryUploadWidgetInstanceMethodCloseOptions) => void
  /** Take the widget away and keep its files. */
  readonly hide: () => void
  /** Show it again as it was. */
  readonly show: () => void
  /** Shrink to the bar; uploads go on. */
  readonly minimize: () => void
  /** Send what `autoUpload: false` holds back; resolves to all files. */
  readonly upload: UploadWidgetInstance['upload']
  /** Change options of the living widget, and of every later one of this component. */
  readonly update: (options: CloudinaryUploadWidgetInstanceMethodUpdateOptions) => void
  /** Stop every upload and leave nothing behind; a later `open` makes a new widget. */
  readonly destroy: (options?: CloudinaryUploadWidgetInstanceMethodDestroyOptions) => Promise<void>
  readonly isShowing: () => boolean
  readonly isMinimized: () => boolean
  readonly isDestroyed: () => boolean
}

/** The widget's own instance, as callbacks get it. */
export type CldUploadWidgetWidgetInstance = UploadWidgetInstance
/** The widget's module: `createUploadWidget` and its siblings. */
export type CldUploadWidgetCloudinaryInstance = typeof import('@countersign/widget')

/** The second argument of callbacks. */
export interface CldUploadEventCallbackWidget extends CloudinaryUploadWidgetInstanceMethods {
  readonly widget: CldUploadWidgetWidgetInstance
}

type EventOf<Name extends UploadWidgetEvent['event']> = Extract<
  UploadWidgetEvent,
  { readonly event: Name }
>

/** Handler of one event. */
export type CldUploadEventCallback<
  Name extends UploadWidgetEvent['event'] = UploadWidgetEvent['event'],
> = (results: EventOf<Name>, widget: CldUploadEventCallbackWidget) => void
/** Handler of one event that may be a Server Action. What it gets comes from the browser and can be forged. */
export type CldUploadEventAction<
  Name extends UploadWidgetEvent['event'] = UploadWidgetEvent['event'],
> = (results: EventOf<Name>) => void | Promise<void>
/** Handler that gets the widget's own instance second. */
export type CldUploadEventCallbackNoOptions = (
  results: EventOf<'success'>,
  widget: CldUploadWidgetWidgetInstance,
) => void
/** Handler of `onOpen`. */
export type CldUploadEventCallbackWidgetOnly = (widget: CldUploadWidgetWidgetInstance) => void
/** Handler of `onError`. */
export type CldUploadEventCallbackError = (
  error: CloudinaryUploadWidgetError,
  widget: CldUploadEventCallbackWidget,
) => void

/** The `config` prop; it wins over the environment. */
export interface CldUploadWidgetConfig {
  readonly cloud?: {
    readonly cloudName?: string | undefined
    readonly apiKey?: string | undefined
  }
  /** Taken for compatibility: it is about delivery URLs. */
  readonly url?: Readonly<Record<string, unknown>>
}

/** Types of the widget with their names in `next-cloudinary`. The member `event` narrows the type of an event. @module */

import type {
  UploadWidgetCallback,
  UploadWidgetError,
  UploadWidgetEvent,
  UploadWidgetInput,
  UploadWidgetInstance,
} from '@countersign/widget'

/** A source of files; `null` opens the default source. */
export type CloudinaryUploadWidgetSources =
  | 'local'
  | 'url'
  | 'camera'
  | 'image_search'
  | 'google_drive'
  | 'dropbox'
  | 'facebook'
  | 'instagram'
  | 'shutterstock'
  | 'getty'
  | 'istock'
  | 'unsplash'
  | null

/** Options with looser types in next-cloudinary than in the widget: any function, text or object. */
type LooseName =
  | 'context'
  | 'croppingCoordinatesMode'
  | 'defaultSource'
  | 'getTags'
  | 'getUploadPresets'
  | 'preBatch'
  | 'prepareUploadParams'
  | 'resourceType'
  | 'text'
  | 'theme'
  | 'thumbnailTransformation'
  | 'uploadSignature'

type Loosened<Value> =
  | Value
  // biome-ignore lint/complexity/noBannedTypes: next-cloudinary declares these options as Function.
  | (Extract<Value, (...args: never[]) => unknown> extends never ? never : Function)
  // Keeps the literals in the union, so that editors still suggest them.
  | (Extract<Value, string> extends never ? never : string & {})
  | (Extract<Exclude<Value, (...args: never[]) => unknown>, object> extends never ? never : object)

/** Options of the widget. The widget ignores an unknown value and logs a warning. */
export type CloudinaryUploadWidgetOptions = Omit<UploadWidgetInput, LooseName> & {
  readonly [Name in LooseName]?: Loosened<UploadWidgetInput[Name]>
}

/** An event of any name. Handlers such as `onSuccess` receive {@link WidgetEvent}, which is narrower. */
export interface CloudinaryUploadWidgetResults {
  /** Name of the event, such as `success`. */
  event?: string
  /** The uploaded asset for `success`; see {@link WidgetEvent} for other events. */
  info?: string | CloudinaryUploadWidgetInfo
}

/**
 * An uploaded asset with its wire names, as next-cloudinary declares it. Raw files have no `width`, although this type declares one.
 * `UploadResult` of `@countersign/widget` is exact.
 */
export interface CloudinaryUploadWidgetInfo {
  access_control?: string[]
  access_mode?: string
  api_key: string
  asset_id: string
  backup?: boolean
  /** Id of the batch, such as `uw-batch2`. Files that are added together share it. */
  batchId: string
  bytes: number
  colors?: [string, number][]
  context?: {
    custom?: { alt?: string; caption?: string; [key: string]: unknown }
    [key: string]: unknown
  }
  coordinates?: object
  /** Time of creation, ISO 8601. */
  created_at: string
  derived?: string[]
  display_name?: string
  /** MD5 of the bytes: hex, 32 characters. */
  etag: string
  exif?: object
  faces?: number[][]
  folder: string
  format: string
  /** Height in pixels. */
  height: number
  hook_execution: Record<string, unknown>
  /** Id of the file in this widget, such as `uw-file3`. */
  id: string
  image_metadata?: object
  info?: object
  media_metadata?: object
  metadata?: object
  moderation?: object | string[]
  original_filename: string
  pages?: number
  /** `v<version>/<public_id>.<format>`. */
  path: string
  phash?: string
  placeholder?: boolean
  predominant?: object
  public_id: string
  quality_analysis?: number
  resource_type: string
  secure_url: string
  /** Signature of the response: 40 or 64 hex characters. Proves that the server sent the response. */
  signature?: string
  tags?: string[]
  thumbnail_url: string
  type: string
  url: string
  /** Time of the version in Unix seconds. */
  version: number
  /** Width in pixels. */
  width: number
  /** Any other field of the server's response. */
  [key: string]: unknown
}

/** An upload error. Handlers receive the object; next-cloudinary also declares `string` and `null`. */
export type CloudinaryUploadWidgetError =
  | {
      /** HTTP status as a string; `'0'` without a response. */
      status: string
      /** Sentence for the person who uploads. */
      statusText: string
    }
  | string
  | null

/** Options of `close`. */
export type CloudinaryUploadWidgetInstanceMethodCloseOptions = {
  /** Stops running uploads without asking. */
  quiet: boolean
}

/** Options of `destroy`. */
export type CloudinaryUploadWidgetInstanceMethodDestroyOptions = {
  /** Removes the widget's thumbnails from the page. */
  removeThumbnails: boolean
}

/** Options of `open`. */
export type CloudinaryUploadWidgetInstanceMethodOpenOptions = {
  /** URLs of files to add when the widget opens. */
  files: `https://${string}.${string}`[]
}

/** Options of an open widget. */
export type CloudinaryUploadWidgetInstanceMethodUpdateOptions =
  Partial<CloudinaryUploadWidgetOptions>

/** Options of `open`, which also accepts `File` objects. */
export interface OpenOptions {
  /** Files, or URLs of files, to add when the widget opens. */
  readonly files?: readonly (File | string)[]
}

/** Methods of the widget that render functions and callbacks receive. */
export interface CloudinaryUploadWidgetInstanceMethods {
  /** Opens the widget. The first call loads the widget's code. A click event as first argument is ignored. */
  readonly open: (source?: CloudinaryUploadWidgetSources | unknown, options?: OpenOptions) => void
  /** Closes the widget. The next `open` starts with an empty list. */
  readonly close: (options?: Partial<CloudinaryUploadWidgetInstanceMethodCloseOptions>) => void
  /** Hides the widget and keeps its files. */
  readonly hide: () => void
  /** Shows the hidden widget again. Opens the widget if it does not exist yet. */
  readonly show: () => void
  /** Minimizes the widget to a bar. Uploads continue. */
  readonly minimize: () => void
  /** Uploads the files that wait because of `autoUpload: false`. Resolves to all files. */
  readonly upload: UploadWidgetInstance['upload']
  /** Changes options of the current widget and of every later widget of this component. */
  readonly update: (options: CloudinaryUploadWidgetInstanceMethodUpdateOptions) => void
  /** Stops every upload and removes the widget from the page. A later `open` creates a new widget. */
  readonly destroy: (
    options?: Partial<CloudinaryUploadWidgetInstanceMethodDestroyOptions>,
  ) => Promise<void>
  readonly isShowing: () => boolean
  readonly isMinimized: () => boolean
  readonly isDestroyed: () => boolean
}

/** Instance of the widget that callbacks receive. */
export type CldUploadWidgetWidgetInstance = UploadWidgetInstance
/** Functions of the widget's module, as `@countersign/widget` documents them. */
export interface CldUploadWidgetCloudinaryInstance {
  /** Creates a widget. The widget loads its code when it opens. */
  createUploadWidget(
    options: CloudinaryUploadWidgetOptions,
    callback?: UploadWidgetCallback,
  ): UploadWidgetInstance
  /** Creates a widget and opens it. */
  openUploadWidget(
    options: CloudinaryUploadWidgetOptions,
    callback?: UploadWidgetCallback,
  ): UploadWidgetInstance
  /** Puts a button that opens a widget after an element, and hides the element. */
  applyUploadWidget(
    element: HTMLElement | string,
    options: CloudinaryUploadWidgetOptions,
    callback?: UploadWidgetCallback,
  ): UploadWidgetInstance
  /** Closes the widget that opened last, if any. */
  closeUploadWidget(options?: { readonly quiet?: boolean }): void
  /** Sets the cloud of every widget that has no `cloudName` of its own. */
  setCloudName(cloudName: string): void
}

/** Second argument of event handlers: the widget's methods and its instance. */
export interface CldUploadEventCallbackWidget extends CloudinaryUploadWidgetInstanceMethods {
  readonly widget: CldUploadWidgetWidgetInstance
}

/** One event by name, with the widget's own type. Assignable to {@link CloudinaryUploadWidgetResults}. */
export type WidgetEvent<Name extends UploadWidgetEvent['event'] = UploadWidgetEvent['event']> =
  Extract<UploadWidgetEvent, { readonly event: Name }> & CloudinaryUploadWidgetResults

/** Handler of one event. */
export type CldUploadEventCallback<
  Name extends UploadWidgetEvent['event'] = UploadWidgetEvent['event'],
> = (results: WidgetEvent<Name>, widget: CldUploadEventCallbackWidget) => void
/** Handler of one event that may be a Server Action. A Server Action receives data from the browser, which can be forged. */
export type CldUploadEventAction<
  Name extends UploadWidgetEvent['event'] = UploadWidgetEvent['event'],
> = (results: WidgetEvent<Name>) => void | Promise<void>
/** Handler of `onUpload`. Its second argument is the instance of the widget. */
export type CldUploadEventCallbackNoOptions = (
  results: WidgetEvent<'success'>,
  widget: CldUploadWidgetWidgetInstance,
) => void
/** Handler of `onOpen`. */
export type CldUploadEventCallbackWidgetOnly = (widget: CldUploadWidgetWidgetInstance) => void
/** Handler of `onError`. */
export type CldUploadEventCallbackError = (
  error: UploadWidgetError,
  widget: CldUploadEventCallbackWidget,
) => void

/** Value of the prop `config`, which overrides the environment. */
export interface CldUploadWidgetConfig {
  readonly cloud?: {
    readonly cloudName?: string | undefined
    readonly apiKey?: string | undefined
  }
  /** Accepted and ignored, because these settings only concern delivery URLs. */
  readonly url?: object
}

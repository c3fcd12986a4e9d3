/** The options of the widget. @module */

import type { ParamHook, SignatureHook } from './core/signing-client.js'
import { camelCase } from './core/upload-params.js'

/** A value that travels as an upload parameter. */
export type ParamOption = string | number | boolean | null | readonly string[]

/** The 13 colours of `styles.palette`; hex or any CSS colour. */
export interface WidgetPalette {
  window?: string
  windowBorder?: string
  tabIcon?: string
  menuIcons?: string
  textDark?: string
  textLight?: string
  link?: string
  action?: string
  inactiveTabIcon?: string
  error?: string
  inProgress?: string
  complete?: string
  sourceBg?: string
}

/** The `styles` option. */
export interface WidgetStyles {
  palette?: WidgetPalette
  /** `background` is what lies behind the dialog. */
  frame?: { background?: string }
  /** Font family to anything: only the family's name is used, nothing is fetched. */
  fonts?: Readonly<Record<string, unknown>> | null
}

/** A tree of texts by the documented keys; what is missing stays English. */
export type WidgetTexts = { readonly [key: string]: string | WidgetTexts }

/** Where files can come from. `local` works today; the others warn once, by name. */
export type WidgetSource =
  | 'local'
  | 'url'
  | 'camera'
  | 'image_search'
  | 'google_drive'
  | 'dropbox'
  | 'shutterstock'
  | 'gettyimages'
  | 'getty'
  | 'istock'
  | 'unsplash'
  | 'box'
  | 'onedrive'
  | 'sharepoint'
  | 'facebook'
  | 'instagram'

/** Answer to a hook: nothing to go on, `{ cancel: true }` to stop. */
export type BatchHook = (
  callback: (answer?: { cancel?: boolean }) => void,
  data: { readonly files: readonly File[] },
) => void

/** Every option of the widget. Each may also be written in snake_case. */
export interface UploadWidgetOptions extends UnsupportedOptions, MeaninglessOptions {
  /** Target cloud; may come from `setCloudName` or from the signing endpoint instead. */
  cloudName?: string
  /** Public key id, for signed uploads; may come from the signing endpoint instead. */
  apiKey?: string | number
  /** The endpoint's preset in signed mode; an unsigned preset of the server where nothing signs. */
  uploadPreset?: string

  /** Address of the signing endpoint, for example `/api/sign-cloudinary-params`. */
  signatureEndpoint?: string
  /** A signature made at page load, or a function that signs at submit time. */
  uploadSignature?: string | SignatureHook
  /** Seconds; belongs to a string `uploadSignature`. */
  uploadSignatureTimestamp?: number
  /** Last word over the parameters of one upload. */
  prepareUploadParams?: ParamHook
  /** Fetch used for signing, for example with headers of the app's own. @default globalThis.fetch */
  fetcher?: typeof fetch

  /** Full upload address, `https://host/v1_1/<cloud>`. Wins over everything. */
  uploadUrl?: string
  /** Address of the upload server, `https://host`. Wins over the endpoint's answer. */
  uploadPrefix?: string
  /** Address of the upload server where neither an option nor the endpoint names one (`NEXT_PUBLIC_COUNTERSIGN_URL`). */
  serverUrl?: string

  /** Where files may come from. @default ['local'] */
  sources?: readonly WidgetSource[]
  /** Source shown first. @default 'local' */
  defaultSource?: WidgetSource
  /** Several files at once. @default true */
  multiple?: boolean
  /** Most files of one session; the first ones are kept. @default null */
  maxFiles?: number | null
  /** Files uploaded side by side. @default 3 */
  maxParallelUploads?: number

  publicId?: string | null
  folder?: string | null
  assetFolder?: string | null
  displayName?: string | null
  filenameOverride?: string | null
  tags?: string | readonly string[] | null
  context?: string | Readonly<Record<string, string>> | null
  metadata?: string | Readonly<Record<string, string>> | null
  /** Path segment of the upload. @default 'auto' */
  resourceType?: 'auto' | 'image' | 'video' | 'raw'
  useFilename?: boolean
  uniqueFilename?: boolean
  overwrite?: boolean
  invalidate?: boolean
  type?: string
  eager?: ParamOption
  headers?: ParamOption
  moderation?: ParamOption
  transformation?: ParamOption
  notificationUrl?: string
  returnDeleteToken?: boolean
  allowedFormats?: string | readonly string[]

  /** Accepted file extensions, or the words `image`, `video`, `raw`. */
  clientAllowedFormats?: readonly string[] | null
  /** Bytes. */
  maxFileSize?: number | null
  /** Bytes. */
  maxImageFileSize?: number | null
  /** Bytes. */
  maxVideoFileSize?: number | null
  /** Bytes. */
  maxRawFileSize?: number | null
  /** Bytes. */
  minFileSize?: number | null
  /** Pixels; refuses larger pictures where `validateMaxWidthHeight` is true. */
  maxImageWidth?: number | null
  /** Pixels; refuses larger pictures where `validateMaxWidthHeight` is true. */
  maxImageHeight?: number | null
  /** @default false */
  validateMaxWidthHeight?: boolean
  /** Pixels. */
  minImageWidth?: number | null
  /** Pixels. */
  minImageHeight?: number | null
  /** Bytes of one part; larger files are sent in parts. At least 5,000,000. @default 20000000 */
  maxChunkSize?: number

  /** Form that receives a hidden field for each uploaded file. */
  form?: string | HTMLFormElement | null
  /** Name of the hidden fields. @default 'image' */
  fieldName?: string
  /** @default { width: 90, height: 60, crop: 'limit' } */
  thumbnailTransformation?: string | Readonly<Record<string, string | number>>
  /** Class of the button that `applyUploadWidget` makes. @default 'cloudinary-button' */
  buttonClass?: string
  /** Words on the button that `applyUploadWidget` makes. @default 'Upload' */
  buttonCaption?: string

  /** `auto` (and the official theme names) follow the page's `color-scheme`. @default 'auto' */
  theme?: 'auto' | 'light' | 'dark' | 'default' | 'white' | 'minimal' | 'purple'
  /** Language of the interface, BCP 47. @default 'en' */
  language?: string
  /** `{ <language>: { …texts } }`. */
  text?: Readonly<Record<string, WidgetTexts>>

  /** Shrink to the bar once uploading begins. @default false */
  autoMinimize?: boolean
  /** Close by itself after one file. @default true */
  singleUploadAutoClose?: boolean
  /** @default true */
  showUploadMoreButton?: boolean
  /** @default false */
  showCompletedButton?: boolean
  /** Where the bar docks: `left:<px>` or `right:<px>`. @default 'right:35px' */
  queueViewPosition?: string
  /** Called with the files about to be added. */
  preBatch?: BatchHook
  /** Show what is wrong with the set-up even away from localhost. @default false */
  debug?: boolean
}

/** Options of the protocol's widget that are not built yet: accepted, warned about once by name, ignored. */
export interface UnsupportedOptions {
  autoUpload?: boolean
  cropping?: boolean | 'server'
  croppingAspectRatio?: number | null
  croppingDefaultSelectionRatio?: number
  croppingShowDimensions?: boolean
  croppingCoordinatesMode?: 'custom' | 'face'
  croppingShowBackButton?: boolean
  croppingValidateDimensions?: boolean
  showSkipCropButton?: boolean
  encryption?: { key: string; iv: string }
  inlineContainer?: string | Element | null
  /** Set the custom properties `--cs-…` on `countersign-widget` instead. */
  styles?: WidgetStyles
  thumbnails?: string | Element | null
  showAdvancedOptions?: boolean
  getTags?: (callback: (tags: string[]) => void, prefix: string) => void
  getUploadPresets?: (callback: (presets: string[]) => void) => void
  dropboxAppKey?: string
  googleApiKey?: string
  googleDriveClientId?: string
  facebookAppId?: string
  instagramClientId?: string
  searchBySites?: readonly string[]
  searchByRights?: boolean
}

/** Options of the protocol's widget that mean nothing here: there is no frame, no badge and no analytics. */
export interface MeaninglessOptions {
  secure?: boolean
  showPoweredBy?: boolean
  showInsecurePreview?: boolean
  cloudinaryAnalytics?: boolean
}

const UNSUPPORTED: readonly (keyof UnsupportedOptions)[] = [
  'cropping',
  'encryption',
  'inlineContainer',
  'showAdvancedOptions',
  'styles',
  'thumbnails',
  'getTags',
  'getUploadPresets',
]
const told = new Set<string>()

/** Warn once, by name, about what was asked for and is not built. */
export function warnUnsupported(options: UploadWidgetOptions): void {
  const asked = options as UploadWidgetOptions & UnsupportedOptions
  const names: string[] = UNSUPPORTED.filter((name) => asked[name])
  if (asked.autoUpload === false) names.push('autoUpload')
  for (const source of options.sources ?? []) {
    if (source !== 'local') names.push(`sources: '${source}'`)
  }
  for (const name of names.filter((each) => !told.has(each))) {
    told.add(name)
    console.warn(`[countersign] ${name} is not supported yet and ignored.`)
  }
}

type SnakeCase<Name extends string> = Name extends `${infer Head}${infer Rest}`
  ? Head extends Lowercase<Head>
    ? `${Head}${SnakeCase<Rest>}`
    : `_${Lowercase<Head>}${SnakeCase<Rest>}`
  : Name

/** The options, in camelCase or in snake_case. */
export type UploadWidgetInput = UploadWidgetOptions & {
  readonly [Name in keyof UploadWidgetOptions as SnakeCase<Name>]?: UploadWidgetOptions[Name]
}

/** Options with every name in camelCase; of two spellings the camelCase one wins. */
export function toCamelCaseOptions(input: UploadWidgetInput): UploadWidgetOptions {
  const options = new Map<string, unknown>()
  for (const [name, value] of Object.entries(input)) {
    const camel = camelCase(name)
    if (camel === name || !options.has(camel)) options.set(camel, value)
  }
  return Object.fromEntries(options) as UploadWidgetOptions
}

/** The options of the widget. @module */

import type { ParamHook, SignatureHook } from '../core/signing/signing-client.js'
import { camelCase } from '../core/signing/upload-params.js'
import type { QueueFile, UploadProgress, UploadResult } from './events.js'
import type { UploadSource } from './source.js'

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

/** Where files can come from. The pickers of vendors warn once, by name. */
export type WidgetSource =
  | 'local'
  | 'url'
  | 'camera'
  | 'screen'
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

/** Whose uploads, and where they go. */
export interface AccountOptions {
  /** Target cloud; may come from `setCloudName` or from the signing endpoint instead. */
  cloudName?: string
  /** Public key id, for signed uploads; may come from the signing endpoint instead. */
  apiKey?: string | number
  /** The endpoint's preset in signed mode; an unsigned preset of the server where nothing signs. */
  uploadPreset?: string
  /** Full upload address, `https://host/v1_1/<cloud>`. Wins over everything. */
  uploadUrl?: string
  /** Address of the upload server, `https://host`. Wins over the endpoint's answer. */
  uploadPrefix?: string
  /** Address of the upload server where neither an option nor the endpoint names one (`NEXT_PUBLIC_COUNTERSIGN_URL`). */
  serverUrl?: string
}

/** Who signs. */
export interface SigningOptions {
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
  /**
   * Address of the app's sign-in page. People who are signed out get a link to it, which opens in a tab of its own so that chosen files stay.
   * An endpoint that redirects there means that the user is signed out.
   */
  signInUrl?: string
  /** Called when a signed-out person presses Sign in, instead of opening `signInUrl`. */
  onSignIn?: () => void
}

/** Where files come from, and when they are sent. */
export interface FileOptions {
  /** Where files may come from, in order: names of ours, and sources of the app's own. @default ['local'] */
  sources?: readonly (WidgetSource | UploadSource)[]
  /** Source shown first. @default 'local' */
  defaultSource?: WidgetSource
  /** Several files at once. @default true */
  multiple?: boolean
  /** Most files of one session; the first ones are kept. With 1 the widget asks for a file. @default null */
  maxFiles?: number | null
  /** Whether files are sent as they are chosen; else `upload()`, the button, or sending the `form` does. @default true */
  autoUpload?: boolean
  /** Requests side by side, over all files and the parts of each. @default 3 */
  maxParallelUploads?: number
  /** Bytes of one part; larger files are sent in parts. At least 5,000,000. @default 20000000 */
  maxChunkSize?: number
  /** Whether unfinished uploads in parts show as the minimized bar and continue after a reload, in the same tab. @default true */
  resume?: boolean
  /** Names who is signed in: uploads begun under it go on in any tab of this browser, also after it was closed. */
  resumeScope?: string
}

/** Cropping, and what is made of pictures before they are sent. */
export interface ImageOptions {
  /** Let a person crop pictures before they are added. @default false */
  cropping?: boolean | 'server'
  /** `coordinates` sends the whole picture and the selection beside it, as the protocol does; `client` sends only what was selected. @default 'coordinates' */
  cropMode?: 'coordinates' | 'client'
  /** Width divided by height; `null` is free. @default null */
  croppingAspectRatio?: number | null
  /** First selection as a share of the picture, 0.1 to 1. @default 1 */
  croppingDefaultSelectionRatio?: number
  /** Show the selection's size. @default false */
  croppingShowDimensions?: boolean
  /** The parameter that takes the selection. @default 'custom' */
  croppingCoordinatesMode?: 'custom' | 'face'
  /** Whether the crop view has a way back. @default true */
  croppingShowBackButton?: boolean
  /** Apply the pixel limits to the selection. @default false */
  croppingValidateDimensions?: boolean
  /** Whether a picture may go uncropped. @default true */
  showSkipCropButton?: boolean
  /** Pixels; larger pictures are made smaller, or refused where `validateMaxWidthHeight` is true. @default null */
  maxImageWidth?: number | null
  /** Pixels; larger pictures are made smaller, or refused where `validateMaxWidthHeight` is true. @default null */
  maxImageHeight?: number | null
  /** Refuse pictures over `maxImageWidth` and `maxImageHeight` instead of making them smaller. @default false */
  validateMaxWidthHeight?: boolean
  /** Pixels; smaller pictures are refused. @default null */
  minImageWidth?: number | null
  /** Pixels; smaller pictures are refused. @default null */
  minImageHeight?: number | null
  /** Format that pictures are converted to before they are sent; `null` keeps theirs. @default null */
  imageFormat?: 'image/jpeg' | 'image/png' | 'image/webp' | null
  /** Quality of pictures that are made anew, 0 to 1. @default 0.9 */
  imageQuality?: number
}

/** Parameters of the upload, as far as the endpoint's policy allows them. */
export interface ParamOptions {
  /** Name of the asset; only where one file is added. @default null */
  publicId?: string | null
  /** Folder, part of the public id where the cloud has fixed folders. @default null */
  folder?: string | null
  /** Folder where the cloud has dynamic ones. @default null */
  assetFolder?: string | null
  /** Name that people see. @default null */
  displayName?: string | null
  /** File name in place of the real one. @default null */
  filenameOverride?: string | null
  /** A list, or text with commas. @default null */
  tags?: string | readonly string[] | null
  /** Keys and values, or text as `a=b|c=d`. @default null */
  context?: string | Readonly<Record<string, string>> | null
  /** Structured metadata, by external id. @default null */
  metadata?: string | Readonly<Record<string, string>> | null
  /** Path segment of the upload. @default 'auto' */
  resourceType?: 'auto' | 'image' | 'video' | 'raw'
  /** Make the public id of the file's name. */
  useFilename?: boolean
  /** Add random letters to such a public id. */
  uniqueFilename?: boolean
  /** Replace an asset of the same public id. */
  overwrite?: boolean
  /** Drop cached copies of what is replaced. */
  invalidate?: boolean
  /** Delivery type. */
  type?: string
  /** Renditions to make at once. */
  eager?: ParamOption
  /** Headers of the delivered asset. */
  headers?: ParamOption
  /** Moderation to queue the asset for. */
  moderation?: ParamOption
  /** Transformation of the stored original. */
  transformation?: ParamOption
  /** Selection that `g_custom` crops to: `x,y,width,height` in pixels of the picture. */
  customCoordinates?: string
  /** Faces that `g_face` crops to: `x,y,width,height`, joined by `|`. */
  faceCoordinates?: string
  /** Detection add-on. */
  detection?: string
  /** Where the server reports to. */
  notificationUrl?: string
  /** Answer with a token by which the browser may delete the asset for ten minutes. */
  returnDeleteToken?: boolean
  /** Formats that the server takes. */
  allowedFormats?: string | readonly string[]
}

/** What is refused before it is sent. The server decides again. */
export interface CheckOptions {
  /** Accepted file extensions, or the words `image`, `video`, `raw`. @default null */
  clientAllowedFormats?: readonly string[] | null
  /** Bytes of any file. @default null */
  maxFileSize?: number | null
  /** Bytes of a picture. @default null */
  maxImageFileSize?: number | null
  /** Bytes of a video or sound. @default null */
  maxVideoFileSize?: number | null
  /** Bytes of any other file. @default null */
  maxRawFileSize?: number | null
  /** Bytes of any file, at least. @default null */
  minFileSize?: number | null
}

/** The page around the widget. */
export interface PageOptions {
  /** Form that receives a hidden field for each uploaded file; with `autoUpload: false` sending it uploads first. @default null */
  form?: string | HTMLFormElement | null
  /** Name of the hidden fields. @default 'image' */
  fieldName?: string
  /** Element that receives a list of thumbnails, each with a delete link where there is a token. @default null */
  thumbnails?: string | Element | null
  /** Of thumbnails and of `thumbnail_url`. @default { width: 90, height: 60, crop: 'limit' } */
  thumbnailTransformation?: ThumbnailTransformation | readonly ThumbnailTransformation[]
  /** Element to show the widget in, instead of a dialog. @default null */
  inlineContainer?: string | Element | null
  /** Class of the button that `applyUploadWidget` makes. @default 'cloudinary-button' */
  buttonClass?: string
  /** Words on the button that `applyUploadWidget` makes. @default 'Upload' */
  buttonCaption?: string
}

/** One step of a transformation: its text, or parameters by name. */
export type ThumbnailTransformation = string | Readonly<Record<string, string | number>>

/** Looks and words. */
export interface LookOptions {
  /** `auto` (and the official theme names) follow the page's `color-scheme`. @default 'auto' */
  theme?: 'auto' | 'light' | 'dark' | 'default' | 'white' | 'minimal' | 'purple'
  /** Colours and fonts. */
  styles?: WidgetStyles
  /** Language of the interface, BCP 47. @default 'en' */
  language?: string
  /** Words in place of ours: `{ <language>: { …texts } }`. */
  text?: Readonly<Record<string, WidgetTexts>>
}

/** What the widget shows and does around the uploads. */
export interface BehaviourOptions {
  /** Shrink to the bar once uploading begins. @default false */
  autoMinimize?: boolean
  /** Close by itself after one file. @default true */
  singleUploadAutoClose?: boolean
  /** Whether more files can be added once some are uploaded. @default true */
  showUploadMoreButton?: boolean
  /** Whether there is a button that asks the page to show what was uploaded: the event `show-completed`. @default false */
  showCompletedButton?: boolean
  /** Let a person set public id, folder, tags and preset, as far as the endpoint leaves them to the browser. @default false */
  showAdvancedOptions?: boolean
  /** Suggests tags for what a person has typed; needs `showAdvancedOptions`. */
  getTags?: (callback: (tags: string[]) => void, prefix: string) => void
  /** Names presets to choose from, of which those are shown that the endpoint opens to the caller; needs `showAdvancedOptions`. */
  getUploadPresets?: (callback: (presets: string[]) => void) => void
  /** Where the bar docks: `left:<px>` or `right:<px>`. @default 'right:35px' */
  queueViewPosition?: string
  /** Called with the files about to be added. */
  preBatch?: BatchHook
  /** Called as bytes leave, at most ten times a second. */
  onProgress?: (progress: UploadProgress) => void
  /** Called when nothing waits and nothing runs any more, with what was uploaded and with all files. */
  onComplete?: (uploaded: readonly UploadResult[], files: readonly QueueFile[]) => void
  /** Show what is wrong with the set-up even away from localhost. @default false */
  debug?: boolean
}

/** Options of the protocol's widget that cannot be had here: accepted, warned about once by name, ignored. */
export interface UnsupportedOptions {
  encryption?: { key: string; iv: string }
  dropboxAppKey?: string
  googleApiKey?: string
  googleDriveClientId?: string
  facebookAppId?: string
  instagramClientId?: string
  searchBySites?: readonly string[]
  searchByRights?: boolean
  /** A script for the protocol's servers; ours run none. */
  onSuccess?: string
}

/** Options of the protocol's widget that mean nothing here: there is no frame, no badge and no analytics. */
export interface MeaninglessOptions {
  secure?: boolean
  showPoweredBy?: boolean
  showInsecurePreview?: boolean
  cloudinaryAnalytics?: boolean
}

/** Every option of the widget. Each may also be written in snake_case. */
export interface UploadWidgetOptions
  extends AccountOptions,
    SigningOptions,
    FileOptions,
    ImageOptions,
    ParamOptions,
    CheckOptions,
    PageOptions,
    LookOptions,
    BehaviourOptions,
    UnsupportedOptions,
    MeaninglessOptions {}

const SUPPORTED_SOURCES: readonly string[] = ['local', 'url', 'camera', 'screen']
const UNSUPPORTED = /^(encryption|dropbox|google|facebook|instagram|searchBy|onSuccess)/
const told = new Set<string>()

/** Warn once, by name, about what was asked for and cannot be had. */
export function warnUnsupported(options: UploadWidgetOptions): void {
  const names = Object.entries(options)
    .filter(([name, value]) => value && UNSUPPORTED.test(name))
    .map(([name]) => name)
  for (const source of options.sources ?? []) {
    if (typeof source === 'string' && !SUPPORTED_SOURCES.includes(source))
      names.push(`sources: '${source}'`)
  }
  for (const name of names.filter((each) => !told.has(each))) {
    told.add(name)
    console.warn(`[countersign] ${name} is not supported and ignored.`)
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

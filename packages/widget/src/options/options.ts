/** Options of the widget. @module */

import type { ParamHook, SignatureHook } from '../core/signing/signing-client.js'
import { camelCase } from '../core/signing/upload-params.js'
import type { QueueFile, UploadProgress, UploadResult } from './events.js'
import type { UploadSource } from './source.js'

/** Value of an upload parameter. */
export type ParamOption = string | number | boolean | null | readonly string[]

/** The 13 colors of `styles.palette`, as hex or any CSS color. */
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

/** Value of the option `styles`. */
export interface WidgetStyles {
  palette?: WidgetPalette
  /** `background` is the color behind the dialog. */
  frame?: { background?: string }
  /** Font families by name; values are ignored. The first name is used, and no font is fetched. */
  fonts?: Readonly<Record<string, unknown>> | null
}

/** Texts by the documented keys. Missing texts stay English. */
export type WidgetTexts = { readonly [key: string]: string | WidgetTexts }

/** Sources of files. The widget does not support other vendors' pickers, and warns once about each. */
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

/** Hook before files are added. Answer with `{ cancel: true }` to refuse the files, or without an argument to add them. */
export type BatchHook = (
  callback: (answer?: { cancel?: boolean }) => void,
  data: { readonly files: readonly File[] },
) => void

/** Account and upload server. */
export interface AccountOptions {
  /** Name of the cloud. The signing endpoint or `setCloudName` may set it instead. */
  cloudName?: string
  /** Public API key for signed uploads. The signing endpoint may set it instead. */
  apiKey?: string | number
  /** The signing endpoint's preset. Without a signer, an unsigned preset of the server. */
  uploadPreset?: string
  /** Full upload address, `https://host/v1_1/<cloud>`. Overrides all other addresses. */
  uploadUrl?: string
  /** Address of the upload server, `https://host`. Overrides the endpoint's answer. */
  uploadPrefix?: string
  /** Address of the upload server, used if neither an option nor the endpoint gives one (`NEXT_PUBLIC_COUNTERSIGN_URL`). */
  serverUrl?: string
}

/** Signing. */
export interface SigningOptions {
  /** Address of the signing endpoint, for example `/api/sign-cloudinary-params`. */
  signatureEndpoint?: string
  /** A signature that was made at page load, or a function that signs each upload. */
  uploadSignature?: string | SignatureHook
  /** Time of a string `uploadSignature`, in seconds since 1970. */
  uploadSignatureTimestamp?: number
  /** Function that may change the parameters of each upload before it is signed. */
  prepareUploadParams?: ParamHook
  /** Fetch function for signing, for example one that adds headers. @default globalThis.fetch */
  fetcher?: typeof fetch
  /**
   * Address of the app's sign-in page. Signed-out people get a link to it, which opens in a new tab so that chosen files stay. If the
   * endpoint redirects to this page, the widget treats the user as signed out.
   */
  signInUrl?: string
  /** Called when a signed-out person presses Sign in. Replaces the link to `signInUrl`. */
  onSignIn?: () => void
}

/** Sources of files, and sending. */
export interface FileOptions {
  /** Sources in order: names of built-in sources, and the app's own sources. @default ['local'] */
  sources?: readonly (WidgetSource | UploadSource)[]
  /** Source that is shown first. @default 'local' */
  defaultSource?: WidgetSource
  /** True if several files may be chosen at once. @default true */
  multiple?: boolean
  /** Maximum number of files per opening; the widget keeps the first ones. With 1, the widget asks for one file. @default null */
  maxFiles?: number | null
  /**
   * True if files are sent when they are chosen. With `false`, `upload()`, the button or submitting the `form` sends them.
   * @default true
   */
  autoUpload?: boolean
  /** Maximum number of parallel requests, over all files and their parts. @default 3 */
  maxParallelUploads?: number
  /** Size of one part in bytes; larger files are sent in parts. At least 5,000,000. @default 20000000 */
  maxChunkSize?: number
  /** True if unfinished uploads in parts continue after a reload in the same tab, shown as the minimized bar. @default true */
  resume?: boolean
  /** Id of the signed-in user. Uploads with this id continue in any tab of this browser, even after it was closed. */
  resumeScope?: string
}

/** Cropping, scaling and converting images. */
export interface ImageOptions {
  /** True if people crop images before they are added. @default false */
  cropping?: boolean | 'server'
  /**
   * `coordinates` sends the whole image with the coordinates of the selection, as in the protocol. `client` sends only the selection.
   * @default 'coordinates'
   */
  cropMode?: 'coordinates' | 'client'
  /** Ratio of width to height; `null` allows any. @default null */
  croppingAspectRatio?: number | null
  /** Size of the first selection as a share of the image, 0.1 to 1. @default 1 */
  croppingDefaultSelectionRatio?: number
  /** True if the crop view shows the size of the selection. @default false */
  croppingShowDimensions?: boolean
  /** Upload parameter for the coordinates: `custom_coordinates` or `face_coordinates`. @default 'custom' */
  croppingCoordinatesMode?: 'custom' | 'face'
  /** True if the crop view has a Back button. @default true */
  croppingShowBackButton?: boolean
  /** True if the pixel limits apply to the selection. @default false */
  croppingValidateDimensions?: boolean
  /** True if people may skip cropping. @default true */
  showSkipCropButton?: boolean
  /** Maximum width in pixels. Larger images are made smaller, or refused if `validateMaxWidthHeight` is true. @default null */
  maxImageWidth?: number | null
  /** Maximum height in pixels. Larger images are made smaller, or refused if `validateMaxWidthHeight` is true. @default null */
  maxImageHeight?: number | null
  /** True if images over `maxImageWidth` or `maxImageHeight` are refused instead of made smaller. @default false */
  validateMaxWidthHeight?: boolean
  /** Minimum width in pixels. Smaller images are refused. @default null */
  minImageWidth?: number | null
  /** Minimum height in pixels. Smaller images are refused. @default null */
  minImageHeight?: number | null
  /** Format to which images are converted before they are sent; `null` keeps their format. @default null */
  imageFormat?: 'image/jpeg' | 'image/png' | 'image/webp' | null
  /** Quality of cropped, scaled or converted images, 0 to 1. @default 0.9 */
  imageQuality?: number
}

/** Upload parameters, as far as the endpoint's policy allows them. */
export interface ParamOptions {
  /** Public id of the asset. Applies only if one file is added. @default null */
  publicId?: string | null
  /** Folder for clouds with fixed folders; part of the public id. @default null */
  folder?: string | null
  /** Folder for clouds with dynamic folders. @default null */
  assetFolder?: string | null
  /** Display name of the asset. @default null */
  displayName?: string | null
  /** File name to use instead of the real one. @default null */
  filenameOverride?: string | null
  /** Tags as a list, or as text with commas. @default null */
  tags?: string | readonly string[] | null
  /** Context as keys and values, or as text such as `a=b|c=d`. @default null */
  context?: string | Readonly<Record<string, string>> | null
  /** Structured metadata by external id. @default null */
  metadata?: string | Readonly<Record<string, string>> | null
  /** Resource type in the upload address. @default 'auto' */
  resourceType?: 'auto' | 'image' | 'video' | 'raw'
  /** True if the public id is made from the file's name. */
  useFilename?: boolean
  /** True if random characters are added to a public id from the file's name. */
  uniqueFilename?: boolean
  /** True if the upload replaces an asset with the same public id. */
  overwrite?: boolean
  /** True if cached copies of a replaced asset are invalidated. */
  invalidate?: boolean
  /** Delivery type of the asset. */
  type?: string
  /** Transformations to derive at upload time. */
  eager?: ParamOption
  /** HTTP headers for the delivery of the asset. */
  headers?: ParamOption
  /** Moderation that the asset needs. */
  moderation?: ParamOption
  /** Transformation that is applied to the original before it is stored. */
  transformation?: ParamOption
  /** Selection for `g_custom`: `x,y,width,height` in pixels of the image. */
  customCoordinates?: string
  /** Faces for `g_face`: `x,y,width,height`, joined by `|`. */
  faceCoordinates?: string
  /** Detection add-on to run. */
  detection?: string
  /** Address that the server notifies about the upload. */
  notificationUrl?: string
  /** True if the answer contains a token that can delete the asset for ten minutes. */
  returnDeleteToken?: boolean
  /** Formats that the server accepts. */
  allowedFormats?: string | readonly string[]
}

/** Limits of files, checked in the browser before sending. */
export interface CheckOptions {
  /** Allowed file extensions, or the group words `image`, `video` and `raw`. @default null */
  clientAllowedFormats?: readonly string[] | null
  /** Maximum size of any file in bytes. @default null */
  maxFileSize?: number | null
  /** Maximum size of an image in bytes. @default null */
  maxImageFileSize?: number | null
  /** Maximum size of a video or audio file in bytes. @default null */
  maxVideoFileSize?: number | null
  /** Maximum size of any other file in bytes. @default null */
  maxRawFileSize?: number | null
  /** Minimum size of any file in bytes. @default null */
  minFileSize?: number | null
}

/** Page around the widget. */
export interface PageOptions {
  /**
   * Form that receives a hidden field per uploaded file. With `autoUpload: false`, submitting the form uploads the files first.
   * @default null
   */
  form?: string | HTMLFormElement | null
  /** Name of the hidden fields. @default 'image' */
  fieldName?: string
  /** Element that receives a list of thumbnails. Assets with a delete token get a delete link. @default null */
  thumbnails?: string | Element | null
  /** Transformation of thumbnails and of `thumbnail_url`. @default { width: 90, height: 60, crop: 'limit' } */
  thumbnailTransformation?: ThumbnailTransformation | readonly ThumbnailTransformation[]
  /** Element that contains the widget, instead of a dialog. @default null */
  inlineContainer?: string | Element | null
  /** Class of the button that `applyUploadWidget` creates. @default 'cloudinary-button' */
  buttonClass?: string
  /** Text of the button that `applyUploadWidget` creates. @default 'Upload' */
  buttonCaption?: string
}

/** One step of a transformation, as text or as parameters by name. */
export type ThumbnailTransformation = string | Readonly<Record<string, string | number>>

/** Appearance and language. */
export interface LookOptions {
  /** Color theme. `auto` and the theme names of the protocol's widget follow the page's `color-scheme`. @default 'auto' */
  theme?: 'auto' | 'light' | 'dark' | 'default' | 'white' | 'minimal' | 'purple'
  /** Colors and fonts. */
  styles?: WidgetStyles
  /** Language of the widget, BCP 47. @default 'en' */
  language?: string
  /** Texts that replace the widget's own: `{ <language>: { …texts } }`. */
  text?: Readonly<Record<string, WidgetTexts>>
}

/** Behavior of the widget. */
export interface BehaviourOptions {
  /** True if the widget shrinks to the bar when uploading starts. @default false */
  autoMinimize?: boolean
  /** True if the widget closes by itself after a single file. @default true */
  singleUploadAutoClose?: boolean
  /** True if more files can be added after an upload. @default true */
  showUploadMoreButton?: boolean
  /** True if a button emits the event `show-completed`, so that the page can show the uploaded files. @default false */
  showCompletedButton?: boolean
  /** True if people may set public id, folder, tags and preset, as far as the endpoint allows. @default false */
  showAdvancedOptions?: boolean
  /** Returns suggestions for a typed tag through the callback. Needs `showAdvancedOptions`. */
  getTags?: (callback: (tags: string[]) => void, prefix: string) => void
  /**
   * Returns the names of presets to choose from. The widget shows those that the endpoint allows this user. Needs `showAdvancedOptions`.
   */
  getUploadPresets?: (callback: (presets: string[]) => void) => void
  /** Position of the bar: `left:<px>` or `right:<px>`. @default 'right:35px' */
  queueViewPosition?: string
  /** Called with the files that are about to be added. */
  preBatch?: BatchHook
  /** Called with the progress while files are sent, at most ten times a second. */
  onProgress?: (progress: UploadProgress) => void
  /** Called with the uploaded assets and with all files, once no file is waiting or running. */
  onComplete?: (uploaded: readonly UploadResult[], files: readonly QueueFile[]) => void
  /** True if the widget shows details of configuration errors even outside localhost. @default false */
  debug?: boolean
}

/** Unsupported options of the protocol's widget: ignored, with one warning each. */
export interface UnsupportedOptions {
  encryption?: { key: string; iv: string }
  dropboxAppKey?: string
  googleApiKey?: string
  googleDriveClientId?: string
  facebookAppId?: string
  instagramClientId?: string
  searchBySites?: readonly string[]
  searchByRights?: boolean
  /** Script for the protocol's hosted service. Countersign runs no such scripts. */
  onSuccess?: string
}

/** Options of the protocol's widget without effect: there is no frame, no badge and no analytics. */
export interface MeaninglessOptions {
  secure?: boolean
  showPoweredBy?: boolean
  showInsecurePreview?: boolean
  cloudinaryAnalytics?: boolean
}

/** All options of the widget. Each may also be written in snake_case. */
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

/** Warns once about each unsupported option and source. */
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

/** Options in camelCase or in snake_case. */
export type UploadWidgetInput = UploadWidgetOptions & {
  readonly [Name in keyof UploadWidgetOptions as SnakeCase<Name>]?: UploadWidgetOptions[Name]
}

/** Converts option names to camelCase. If an option has both spellings, the camelCase one wins. */
export function toCamelCaseOptions(input: UploadWidgetInput): UploadWidgetOptions {
  const options = new Map<string, unknown>()
  for (const [name, value] of Object.entries(input)) {
    const camel = camelCase(name)
    if (camel === name || !options.has(camel)) options.set(camel, value)
  }
  return Object.fromEntries(options) as UploadWidgetOptions
}

/** The upload widget for web pages. @module */

export type { ParamAnswer, ParamHook, SignatureAnswer, SignatureHook } from './core/index.js'
export {
  applyUploadWidget,
  closeUploadWidget,
  createUploadWidget,
  openUploadWidget,
  setCloudName,
} from './create-upload-widget.js'
export type {
  AddedFile,
  DisplayState,
  QueueFile,
  QueueFileStatus,
  UploadProgress,
  UploadResponse,
  UploadResult,
  UploadWidgetCallback,
  UploadWidgetError,
  UploadWidgetEvent,
  UploadWidgetEventName,
  UploadWidgetEvents,
} from './options/events.js'
export type { UploadWidgetInstance } from './options/instance.js'
export type {
  BatchHook,
  ParamOption,
  ThumbnailTransformation,
  UploadWidgetInput,
  UploadWidgetOptions,
  WidgetPalette,
  WidgetSource,
  WidgetStyles,
  WidgetTexts,
} from './options/options.js'
export { PUBLIC_URL_MARKER } from './options/page-defaults.js'
export type { SourceContext, UploadSource } from './options/source.js'

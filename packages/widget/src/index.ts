/** The upload widget of a page. @module */

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
} from './events.js'
export type { UploadWidgetInstance } from './instance.js'
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
} from './options.js'
export { PUBLIC_URL_MARKER } from './page-defaults.js'
export type { SourceContext, UploadSource } from './sources/source.js'

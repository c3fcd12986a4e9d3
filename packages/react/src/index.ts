/** Upload components and hooks for React, with the names that `next-cloudinary` uses. @module */

export { CldUploadButton, type CldUploadButtonProps } from './cld-upload-button.js'
export { CldUploadWidget } from './cld-upload-widget.js'
export type {
  CldUploadWidgetProps,
  CldUploadWidgetPropsChildren,
  UploadWidgetEventProps,
} from './cld-upload-widget-props.js'
export type { DropzoneTexts } from './dropzone-texts.js'
export { generateSignatureCallback, type SignatureCallback } from './generate-signature-callback.js'
export {
  generateUploadWidgetResultCallback,
  type UploadWidgetHandlers,
} from './generate-upload-widget-result-callback.js'
export { getUploadWidgetOptions } from './get-upload-widget-options.js'
export type { QueueMethods, QueueSnapshot } from './queue-binding.js'
export {
  UploadDropzone,
  type UploadDropzoneHandle,
  type UploadDropzoneProps,
} from './upload-dropzone.js'
export { UPLOAD_WIDGET_EVENTS } from './upload-widget-events.js'
export type {
  CldUploadEventAction,
  CldUploadEventCallback,
  CldUploadEventCallbackError,
  CldUploadEventCallbackNoOptions,
  CldUploadEventCallbackWidget,
  CldUploadEventCallbackWidgetOnly,
  CldUploadWidgetCloudinaryInstance,
  CldUploadWidgetConfig,
  CldUploadWidgetWidgetInstance,
  CloudinaryUploadWidgetError,
  CloudinaryUploadWidgetInfo,
  CloudinaryUploadWidgetInstanceMethodCloseOptions,
  CloudinaryUploadWidgetInstanceMethodDestroyOptions,
  CloudinaryUploadWidgetInstanceMethodOpenOptions,
  CloudinaryUploadWidgetInstanceMethods,
  CloudinaryUploadWidgetInstanceMethodUpdateOptions,
  CloudinaryUploadWidgetOptions,
  CloudinaryUploadWidgetResults,
  CloudinaryUploadWidgetSources,
  OpenOptions,
  WidgetEvent,
} from './upload-widget-types.js'
export {
  type UploadQueueHandle,
  type UploadQueueProps,
  useUploadQueue,
} from './use-upload-queue.js'
export { useUploadWidget } from './use-upload-widget.js'

/** Upload components for React, under the names of `next-cloudinary`. @module */

export { CldUploadButton, type CldUploadButtonProps } from './cld-upload-button.js'
export { CldUploadWidget } from './cld-upload-widget.js'
export type {
  CldUploadWidgetProps,
  CldUploadWidgetPropsChildren,
  UploadWidgetEventProps,
} from './cld-upload-widget-props.js'
export { generateSignatureCallback, type SignatureCallback } from './generate-signature-callback.js'
export {
  generateUploadWidgetResultCallback,
  type UploadWidgetHandlers,
} from './generate-upload-widget-result-callback.js'
export { getUploadWidgetOptions } from './get-upload-widget-options.js'
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
} from './upload-widget-types.js'

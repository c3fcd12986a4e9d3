/** Provides the functions of the widget's module before its code is loaded. @module */

import type {
  UploadWidgetCallback,
  UploadWidgetInput,
  UploadWidgetInstance,
} from '@countersign/widget'
import type {
  CldUploadWidgetCloudinaryInstance,
  CloudinaryUploadWidgetOptions,
} from './upload-widget-types.js'
import { createWidgetBinding, loadWidget } from './widget-binding.js'

/** Functions of the widget's module that load its code at the first call. `createUploadWidget` loads the code when the widget opens. */
export const LAZY_CLOUDINARY: CldUploadWidgetCloudinaryInstance = {
  createUploadWidget: (options, callback) => lazyWidget(options, { callback, load: loadWidget }),
  openUploadWidget: (options, callback) => {
    const widget = LAZY_CLOUDINARY.createUploadWidget(options, callback)
    widget.open()
    return widget
  },
  applyUploadWidget: (element, options, callback) => {
    const applied = loadWidget().then((cloudinary) => {
      const widget = cloudinary.applyUploadWidget(element, options, callback)
      return { ...cloudinary, createUploadWidget: () => widget }
    })
    return lazyWidget(options, { callback, load: () => applied })
  },
  closeUploadWidget: (options) => {
    void loadWidget().then((cloudinary) => cloudinary.closeUploadWidget(options))
  },
  setCloudName: (cloudName) => {
    void loadWidget().then((cloudinary) => cloudinary.setCloudName(cloudName))
  },
}

function lazyWidget(
  options: CloudinaryUploadWidgetOptions,
  from: {
    readonly callback: UploadWidgetCallback | undefined
    readonly load: () => Promise<CldUploadWidgetCloudinaryInstance>
  },
): UploadWidgetInstance {
  return createWidgetBinding({
    options: () => options as UploadWidgetInput,
    load: from.load,
    onEvent: (error, result) => from.callback?.(error, result),
    onOpen: () => undefined,
    onChange: () => undefined,
    onLoadFailure: (error) =>
      from.callback?.(error, {
        event: 'configuration-failed',
        info: error,
        uw_event: true,
        data: {
          type: 'uw_event',
          widgetId: 'not loaded',
          event: 'configuration-failed',
          info: error,
        },
      }),
  }).methods
}

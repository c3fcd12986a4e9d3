/** Converts the widget's options to settings of its queue. @module */

import { createImagePreparation } from '../core/images/prepare-image.js'
import type { QueueSettings } from '../core/index.js'
import { paramsFromOptions } from '../core/signing/upload-params.js'
import type { UploadWidgetOptions } from './options.js'
import { pageDefaults } from './page-defaults.js'

/** Returns the queue's settings for the widget's options. */
export function queueSettings(options: UploadWidgetOptions): QueueSettings {
  const { multiple = true, maxFiles, cloudName } = options
  return {
    ...options,
    cloudName: cloudName ?? pageDefaults.cloudName,
    scriptUrl: pageDefaults.scriptUrl,
    params: paramsFromOptions({ ...options }),
    maxFiles: multiple ? maxFiles : null,
    prepareFile: createImagePreparation(options),
  }
}

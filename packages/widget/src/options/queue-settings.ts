/** The queue's settings, out of the widget's options. @module */

import { createImagePreparation } from '../core/images/prepare-image.js'
import type { QueueSettings } from '../core/index.js'
import { paramsFromOptions } from '../core/signing/upload-params.js'
import type { UploadWidgetOptions } from './options.js'
import { pageDefaults } from './page-defaults.js'

/** What the queue is to know of the options. */
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

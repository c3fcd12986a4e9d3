/** Options for `createUploadWidget`, checked. @module */

import type { UploadWidgetInput } from '@countersign/widget'
import type { CldUploadWidgetConfig } from './upload-widget-types.js'

/**
 * Put cloud and key under a widget's options.
 *
 * @throws Error when there is no cloud name, no API key although `uploadSignature` signs, or no `uploadPreset` although nothing signs.
 */
export function getUploadWidgetOptions(
  options: UploadWidgetInput,
  config: CldUploadWidgetConfig,
): UploadWidgetInput {
  const cloudName = options.cloudName ?? config.cloud?.cloudName
  const apiKey = options.apiKey ?? config.cloud?.apiKey
  if (!cloudName) {
    throw new Error(
      'The upload widget needs a cloud name: set NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME, or signatureEndpoint to an endpoint that answers it.',
    )
  }
  const isSigned = Boolean(options.uploadSignature)
  if (isSigned && !apiKey) {
    throw new Error(
      'The upload widget needs an API key to send signed uploads: set NEXT_PUBLIC_CLOUDINARY_API_KEY, or signatureEndpoint to an endpoint that answers it.',
    )
  }
  // prepareUploadParams may bring a signature or a preset of its own.
  if (!isSigned && !options.uploadPreset && !options.prepareUploadParams) {
    throw new Error(
      'The upload widget needs signatureEndpoint to send signed uploads, or uploadPreset to send unsigned ones.',
    )
  }
  return { ...options, cloudName, ...(apiKey ? { apiKey } : {}) }
}

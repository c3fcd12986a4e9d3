/** Completes and checks the options of `createUploadWidget`. @module */

import type { UploadWidgetInput } from '@countersign/widget'
import type { CldUploadWidgetConfig } from './upload-widget-types.js'

/**
 * Adds the cloud name and API key of `config` to a widget's options, and checks the options. The options override `config`.
 *
 * @throws Error if the cloud name is missing, the API key for `uploadSignature` is missing, or unsigned uploads have no `uploadPreset`.
 */
export function getUploadWidgetOptions(
  options: UploadWidgetInput,
  config: CldUploadWidgetConfig,
): UploadWidgetInput {
  const cloudName = options.cloudName ?? config.cloud?.cloudName
  const apiKey = options.apiKey ?? config.cloud?.apiKey
  if (!cloudName) {
    throw new Error(
      'The upload widget needs a cloud name: set NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME, or set signatureEndpoint to an endpoint that returns the cloud name.',
    )
  }
  const isSigned = Boolean(options.uploadSignature)
  if (isSigned && !apiKey) {
    throw new Error(
      'The upload widget needs an API key to send signed uploads: set NEXT_PUBLIC_CLOUDINARY_API_KEY, or set signatureEndpoint to an endpoint that returns the key.',
    )
  }
  // prepareUploadParams may return its own signature or preset.
  if (!isSigned && !options.uploadPreset && !options.prepareUploadParams) {
    throw new Error(
      'The upload widget needs signatureEndpoint to send signed uploads, or uploadPreset to send unsigned ones.',
    )
  }
  return { ...options, cloudName, ...(apiKey ? { apiKey } : {}) }
}

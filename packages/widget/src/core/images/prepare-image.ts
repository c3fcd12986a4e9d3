/** Scales or converts images just before they are sent. Loads the code for it on first use. @module */

import { mimeTypeOf } from '../files/file-type.js'
import type { PrepareFile } from '../files/new-upload.js'

/** Options for changing images before they are sent. */
export interface ImagePreparation {
  /** Maximum width in pixels. */
  readonly maxImageWidth?: number | null
  /** Maximum height in pixels. */
  readonly maxImageHeight?: number | null
  /** True if images over the maximum are refused instead of made smaller. */
  readonly validateMaxWidthHeight?: boolean
  /** Format to convert to; `null` keeps the format. */
  readonly imageFormat?: 'image/jpeg' | 'image/png' | 'image/webp' | null
  /** Quality of the converted image, from 0 to 1. */
  readonly imageQuality?: number
}

/** Creates a `prepareFile` that scales or converts images; `undefined` if no option asks for it. */
export function createImagePreparation(wanted: ImagePreparation): PrepareFile | undefined {
  const { maxImageWidth, maxImageHeight, validateMaxWidthHeight, imageFormat } = wanted
  const isBounded = !validateMaxWidthHeight && (maxImageWidth || maxImageHeight)
  if (!isBounded && !imageFormat) return undefined
  return async (upload, signal) => {
    if (!mimeTypeOf(upload.file).startsWith('image/')) return upload
    const { fitUpload } = await import('./fit-upload.js')
    const bounds = {
      maxWidthPx: (isBounded && maxImageWidth) || undefined,
      maxHeightPx: (isBounded && maxImageHeight) || undefined,
      type: imageFormat ?? undefined,
      quality: wanted.imageQuality,
    }
    return fitUpload(upload, bounds, signal)
  }
}

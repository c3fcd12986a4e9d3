/** Pictures made smaller or converted just before they are sent; the code for it comes when it is needed. @module */

import { mimeTypeOf } from '../files/file-type.js'
import type { PrepareFile } from '../files/new-upload.js'

/** What is to become of pictures. */
export interface ImagePreparation {
  /** Pixels. */
  readonly maxImageWidth?: number | null
  /** Pixels. */
  readonly maxImageHeight?: number | null
  /** The two above are limits that refuse. */
  readonly validateMaxWidthHeight?: boolean
  readonly imageFormat?: 'image/jpeg' | 'image/png' | 'image/webp' | null
  /** 0 to 1. */
  readonly imageQuality?: number
}

/** A `prepareFile` that makes pictures fit; `undefined` where nothing is asked for. */
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

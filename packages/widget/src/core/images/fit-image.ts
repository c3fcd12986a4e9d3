/** Scales an image down to maximum sides, or converts its format. A task of the image worker. @module */

import { mimeTypeOf } from '../files/file-type.js'
import { readImageSize } from '../files/image-size.js'
import { drawEdit } from './edit-image.js'

/** Maximum size and format of an image. */
export interface ImageBounds {
  readonly maxWidthPx: number | undefined
  readonly maxHeightPx: number | undefined
  /** MIME type to convert to; `undefined` keeps the file's. */
  readonly type: string | undefined
  /** Quality from 0 to 1. */
  readonly quality: number | undefined
}

/** An image that was scaled down or converted. */
export interface FittedImage {
  readonly file: File
  /** Ratio of the new width to the old width, at most 1. */
  readonly scale: number
}

/** Scales an image down or converts it. Returns `null` if the image needs no change or cannot be read. */
export async function fitImage(file: File, bounds: ImageBounds): Promise<FittedImage | null> {
  const isConverted = bounds.type !== undefined && bounds.type !== mimeTypeOf(file)
  const stored = await readImageSize(file)
  // Only decoding tells the orientation, so the image must fit both upright and lying.
  if (stored && !isConverted && fitsLying(stored, bounds)) return null
  const bitmap = await decode(file)
  if (!bitmap) return null
  try {
    const scale = scaleInto(bitmap, bounds)
    if (scale === 1 && !isConverted) return null
    const made = await drawEdit(bitmap, file, {
      widthPx: Math.round(bitmap.width * scale),
      heightPx: Math.round(bitmap.height * scale),
      ...(bounds.type === undefined ? {} : { type: bounds.type }),
      ...(bounds.quality === undefined ? {} : { quality: bounds.quality }),
    })
    return { file: made, scale }
  } finally {
    bitmap.close()
  }
}

async function decode(file: File): Promise<ImageBitmap | null> {
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' })
  } catch {
    return null
  }
}

function fitsLying(
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  bounds: ImageBounds,
): boolean {
  const upright = { width: widthPx, height: heightPx }
  const lying = { width: heightPx, height: widthPx }
  return scaleInto(upright, bounds) === 1 && scaleInto(lying, bounds) === 1
}

function scaleInto(
  { width, height }: { readonly width: number; readonly height: number },
  { maxWidthPx = width, maxHeightPx = height }: ImageBounds,
): number {
  return Math.min(1, maxWidthPx / width, maxHeightPx / height)
}

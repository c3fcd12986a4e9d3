/** Makes the small picture of a picture. A task of the image worker. @module */

import { readImageSize } from './image-size.js'

/** A small picture. */
export interface ShrunkImage {
  readonly bitmap: ImageBitmap
  /** Whether the whole picture is smaller than its box. */
  readonly isSmall: boolean
}

/**
 * A picture whose shorter side fills a box; one that is smaller is not enlarged.
 *
 * @param boxPx Side of the box in CSS pixels.
 * @param pixelRatio Of the screen.
 * @throws DOMException when the browser cannot read the picture.
 */
export async function shrinkImage(
  file: Blob,
  boxPx: number,
  pixelRatio: number,
): Promise<ShrunkImage> {
  const size = await readImageSize(file)
  const isSmall = size !== null && size.widthPx < boxPx && size.heightPx < boxPx
  const target = Math.ceil(boxPx * pixelRatio)
  // Without a known size the height fills it, as most pictures are wide.
  const isWide = !size || size.widthPx > size.heightPx
  const resize = isWide ? { resizeHeight: target } : { resizeWidth: target }
  const options: ImageBitmapOptions = { resizeQuality: 'medium', ...resize }
  return { bitmap: await createImageBitmap(file, isSmall ? {} : options), isSmall }
}

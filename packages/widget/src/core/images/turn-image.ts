/** Draws the rotated image that the crop view shows. A task of the image worker. @module */

/** Rotation and mirroring of an image before it is cropped. */
export interface Turn {
  /** Rotation clockwise. */
  readonly degrees: 0 | 90 | 180 | 270
  /** True if left and right are mirrored. */
  readonly isFlipped: boolean
}

/** An image for the crop view, and the size of the upright original. */
export interface TurnedImage {
  readonly blob: Blob
  readonly widthPx: number
  readonly heightPx: number
}

/** Maximum side in pixels. Screens show no more. */
const MAX_SHOWN_PX = 1600

/**
 * Draws the rotated image, at most 1600 pixels wide or high.
 *
 * @throws DOMException if the browser cannot read the image.
 */
export async function turnImage(file: File, turn: Turn): Promise<TurnedImage> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    const { width: widthPx, height: heightPx } = bitmap
    // PNG keeps transparency; a JPEG is encoded faster.
    const type = file.type === 'image/jpeg' ? file.type : 'image/png'
    return { blob: await draw(bitmap, turn).convertToBlob({ type }), widthPx, heightPx }
  } finally {
    bitmap.close()
  }
}

function draw(bitmap: ImageBitmap, { degrees, isFlipped }: Turn): OffscreenCanvas {
  const scale = Math.min(1, MAX_SHOWN_PX / Math.max(bitmap.width, bitmap.height))
  const width = Math.max(1, Math.round(bitmap.width * scale))
  const height = Math.max(1, Math.round(bitmap.height * scale))
  const canvas =
    degrees % 180 === 0 ? new OffscreenCanvas(width, height) : new OffscreenCanvas(height, width)
  const context = canvas.getContext('2d')
  if (!context) throw new DOMException('No canvas to draw on', 'NotSupportedError')
  context.translate(canvas.width / 2, canvas.height / 2)
  if (isFlipped) context.scale(-1, 1)
  context.rotate((degrees * Math.PI) / 180)
  context.drawImage(bitmap, -width / 2, -height / 2, width, height)
  return canvas
}

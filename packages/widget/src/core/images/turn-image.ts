/** Draws a picture as it is shown while it is cropped. A task of the image worker. @module */

/** How a picture is turned before it is cropped. */
export interface Turn {
  /** Clockwise. */
  readonly degrees: 0 | 90 | 180 | 270
  readonly isFlipped: boolean
}

/** A picture to show, and the size of the upright one that it was made of. */
export interface TurnedImage {
  readonly blob: Blob
  readonly widthPx: number
  readonly heightPx: number
}

/** What is shown needs no more pixels than screens have. */
const MAX_SHOWN_PX = 1600

/**
 * A picture of the turned picture, no larger than it is shown.
 *
 * @throws DOMException when the browser cannot read the picture.
 */
export async function turnImage(file: File, turn: Turn): Promise<TurnedImage> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    const { width: widthPx, height: heightPx } = bitmap
    // What shines through stays so; a photo is written much quicker as one.
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

/** A picture as it is cropped: upright, perhaps turned and mirrored, small enough to show. @module */

import type { CropBox } from './crop-stage.js'

/** How a picture is turned before it is cropped. */
export interface Turn {
  /** Clockwise. */
  readonly degrees: 0 | 90 | 180 | 270
  readonly isFlipped: boolean
}

/** A picture, decoded. */
export interface Picture {
  readonly bitmap: ImageBitmap
  /** Pixels of the upright picture. */
  readonly widthPx: number
  readonly heightPx: number
}

/** What is shown needs no more pixels than screens have. */
const MAX_SHOWN_PX = 1600

/** Decode a picture; `null` where this browser cannot. */
export async function readPicture(file: File): Promise<Picture | null> {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
    return { bitmap, widthPx: bitmap.width, heightPx: bitmap.height }
  } catch {
    return null
  }
}

/** Size of a picture once it is turned. */
export function turnedSize(
  { widthPx, heightPx }: Picture,
  { degrees }: Turn,
): { readonly widthPx: number; readonly heightPx: number } {
  return degrees % 180 === 0 ? { widthPx, heightPx } : { widthPx: heightPx, heightPx: widthPx }
}

/** A picture of the turned picture, no larger than it is shown. */
export async function drawTurned(picture: Picture, turn: Turn): Promise<Blob> {
  const { widthPx, heightPx } = turnedSize(picture, turn)
  const scale = Math.min(1, MAX_SHOWN_PX / Math.max(widthPx, heightPx))
  const width = Math.max(1, Math.round(widthPx * scale))
  const height = Math.max(1, Math.round(heightPx * scale))
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (!context) throw new DOMException('No canvas to draw on', 'NotSupportedError')
  context.translate(width / 2, height / 2)
  if (turn.isFlipped) context.scale(-1, 1)
  context.rotate((turn.degrees * Math.PI) / 180)
  const [w, h] = turn.degrees % 180 === 0 ? [width, height] : [height, width]
  context.drawImage(picture.bitmap, -w / 2, -h / 2, w, h)
  return canvas.convertToBlob()
}

/** A selection of the turned picture, in pixels of the upright one. */
export function uprightBox(box: CropBox, picture: Picture, turn: Turn): CropBox {
  const turned = turnedSize(picture, turn)
  const x = turn.isFlipped ? turned.widthPx - box.x - box.width : box.x
  const { y, width, height } = box
  const { widthPx, heightPx } = picture
  switch (turn.degrees) {
    case 0:
      return { x, y, width, height }
    case 90:
      return { x: y, y: heightPx - x - width, width: height, height: width }
    case 180:
      return { x: widthPx - x - width, y: heightPx - y - height, width, height }
    case 270:
      return { x: widthPx - y - height, y: x, width: height, height: width }
  }
}

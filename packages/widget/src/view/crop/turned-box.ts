/** Converts selections of a rotated image. @module */

import type { Turn } from '../../core/images/turn-image.js'
import type { CropBox } from './crop-stage.js'

/** Size of the upright image in pixels. */
export interface PictureSize {
  readonly widthPx: number
  readonly heightPx: number
}

/** Returns the size of an image after rotation. */
export function turnedSize({ widthPx, heightPx }: PictureSize, { degrees }: Turn): PictureSize {
  return degrees % 180 === 0 ? { widthPx, heightPx } : { widthPx: heightPx, heightPx: widthPx }
}

/** Converts a selection of the rotated image to pixels of the upright image. */
export function uprightBox(box: CropBox, picture: PictureSize, turn: Turn): CropBox {
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

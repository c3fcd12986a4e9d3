/** Where things are in a picture that is turned. @module */

import type { Turn } from '../../core/images/turn-image.js'
import type { CropBox } from './crop-stage.js'

/** Pixels of the upright picture. */
export interface PictureSize {
  readonly widthPx: number
  readonly heightPx: number
}

/** Size of a picture once it is turned. */
export function turnedSize({ widthPx, heightPx }: PictureSize, { degrees }: Turn): PictureSize {
  return degrees % 180 === 0 ? { widthPx, heightPx } : { widthPx: heightPx, heightPx: widthPx }
}

/** A selection of the turned picture, in pixels of the upright one. */
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

/** The parameters `c_`, `w_`, `h_` and `g_`: applies a computed geometry to an image. @module */

import type { Sharp } from 'sharp'
import type { Geometry } from '../geometry.js'
import type { CssColor } from './background.js'

/** Options for applying a geometry. */
export interface GeometryContext {
  /** Color of padding. */
  readonly canvas: CssColor
  /** True if all frames are kept. sharp stacks them vertically, so attention would look at all frames at once. */
  readonly isAnimated: boolean
}

/** Resizes an image, then cuts it or places it on a canvas. */
export function applyGeometry(
  image: Sharp,
  geometry: Geometry,
  { canvas, isAnimated }: GeometryContext,
): Sharp {
  const { scaled, cut, place, output, isCutByAttention = false } = geometry
  if (isCutByAttention && !isAnimated) {
    return image.resize(output.widthPx, output.heightPx, { fit: 'cover', position: 'attention' })
  }
  const resized = image.resize(scaled.widthPx, scaled.heightPx, { fit: 'fill' })
  if (cut) {
    return resized.extract({
      left: cut.leftPx,
      top: cut.topPx,
      width: cut.widthPx,
      height: cut.heightPx,
    })
  }
  if (!place) return resized
  return resized.extend({
    left: place.leftPx,
    top: place.topPx,
    right: output.widthPx - scaled.widthPx - place.leftPx,
    bottom: output.heightPx - scaled.heightPx - place.topPx,
    background: canvas,
  })
}

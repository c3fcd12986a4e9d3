/** `c_`, `w_`, `h_` and `g_`: a computed geometry, applied to pixels. @module */

import type { Sharp } from 'sharp'
import type { Geometry } from '../geometry.js'
import type { CssColor } from './background.js'

/** Resize, then cut or put on a canvas. */
export function applyGeometry(image: Sharp, geometry: Geometry, canvas: CssColor): Sharp {
  const { scaled, cut, place, output } = geometry
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

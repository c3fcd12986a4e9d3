/** The parameter `b_`: the color of padding and behind transparent pixels. @module */

import type { Sharp } from 'sharp'

/** A color as sharp reads it: a CSS name, or `#` and 6 or 8 hex digits. */
export type CssColor = string

/** Fully transparent color. */
export const TRANSPARENT: CssColor = '#00000000'
/** Background of transparent pixels in formats without transparency. */
export const WHITE: CssColor = '#ffffff'

/** Converts a `b_` value to a color: `rgb:0a0b0c` becomes `#0a0b0c`. */
export function cssColor(background: string): CssColor {
  if (background === 'transparent') return TRANSPARENT
  return background.replace(/^rgb:/, '#')
}

/** Returns true if a color is fully opaque. */
export function isOpaque(color: CssColor): boolean {
  return !/^#[0-9a-f]{8}$/.test(color) || color.endsWith('ff')
}

/** Fills transparent pixels with an opaque color. A translucent color changes nothing. */
export function fillTransparency(image: Sharp, color: CssColor): Sharp {
  return isOpaque(color) ? image.flatten({ background: color }) : image
}

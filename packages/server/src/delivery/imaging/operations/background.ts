/** `b_`: what stands where the picture does not. @module */

import type { Sharp } from 'sharp'

/** A colour as the encoder library reads it: a CSS name, or `#` and 6 or 8 hex digits. */
export type CssColor = string

/** Nothing at all. */
export const TRANSPARENT: CssColor = '#00000000'
/** What formats without transparency put in its place. */
export const WHITE: CssColor = '#ffffff'

/** The colour of a `b_` value: `rgb:0a0b0c` becomes `#0a0b0c`. */
export function cssColor(background: string): CssColor {
  if (background === 'transparent') return TRANSPARENT
  return background.replace(/^rgb:/, '#')
}

/** Whether a colour lets something through. */
export function isOpaque(color: CssColor): boolean {
  return !/^#[0-9a-f]{8}$/.test(color) || color.endsWith('ff')
}

/** Fill transparency with an opaque colour; a translucent one changes nothing. */
export function fillTransparency(image: Sharp, color: CssColor): Sharp {
  return isOpaque(color) ? image.flatten({ background: color }) : image
}

/** Types of a parsed transformation. @module */

/**
 * A parsed transformation. Components are applied from left to right, each to the result of the one
 * before.
 */
export interface Transformation {
  readonly components: readonly Component[]
}

/**
 * One component between slashes. An absent member was not in the text. Without `crop`, a width or
 * height means `scale`.
 */
export interface Component {
  /** `b_`: background color, a CSS name or `rgb:` with 6 or 8 lower-case hex digits. */
  readonly background?: string
  /** `c_`: how the image is fitted into width and height. */
  readonly crop?: Crop
  /** `f_`: output format. Takes precedence over the URL's extension. */
  readonly format?: Format
  /** `g_`: part of the image that `fill` keeps, or position of the image for `pad`. */
  readonly gravity?: Gravity
  /** `h_`: height. */
  readonly height?: Length
  /** `q_`: encoder quality. */
  readonly quality?: Quality
  /** `w_`: width. */
  readonly width?: Length
}

/** Length in whole pixels, or as a multiple of the current width or height: `w_400` and `w_0.5`. */
export type Length =
  | { readonly unit: 'px'; readonly value: number }
  | { readonly unit: 'multiple'; readonly value: number }

/** How an image is fitted into width and height. */
export type Crop = 'fill' | 'fit' | 'limit' | 'pad' | 'scale'

/** A compass point, the center, or `auto` for the most eye-catching part of the image. */
export type Gravity =
  | 'auto'
  | 'center'
  | 'east'
  | 'north'
  | 'north_east'
  | 'north_west'
  | 'south'
  | 'south_east'
  | 'south_west'
  | 'west'

/** Output format. `auto` selects the format by the `Accept` header. */
export type Format = 'auto' | 'avif' | 'gif' | 'jpg' | 'png' | 'webp'

/** Encoder quality, 1 to 100, or one of the automatic levels (`q_auto` is `auto:good`). */
export type Quality = number | 'auto:best' | 'auto:eco' | 'auto:good' | 'auto:low'

/** The tree that a transformation's text is read into. @module */

/** A transformation: its components run from left to right, each on what the one before it made. */
export interface Transformation {
  readonly components: readonly Component[]
}

/** One `/` step. A member that is absent was not in the text; without `crop`, a width or height means `scale`. */
export interface Component {
  /** `b_`: a CSS colour name, or `rgb:` and 6 or 8 lower-case hex digits. */
  readonly background?: string
  /** `c_`: how width and height are met. */
  readonly crop?: Crop
  /** `f_`: the format of the bytes; wins over the URL's extension. */
  readonly format?: Format
  /** `g_`: what `fill` keeps and where `pad` puts the picture. */
  readonly gravity?: Gravity
  /** `h_`. */
  readonly height?: Length
  /** `q_`. */
  readonly quality?: Quality
  /** `w_`. */
  readonly width?: Length
}

/** Whole pixels, or a multiple of the current width or height: `w_400` and `w_0.5`. */
export type Length =
  | { readonly unit: 'px'; readonly value: number }
  | { readonly unit: 'multiple'; readonly value: number }

/** How a picture meets width and height. */
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

/** An output format; `auto` asks the `Accept` header. */
export type Format = 'auto' | 'avif' | 'gif' | 'jpg' | 'png' | 'webp'

/** Encoder quality, 1 to 100, or one of the automatic levels (`q_auto` is `auto:good`). */
export type Quality = number | 'auto:best' | 'auto:eco' | 'auto:good' | 'auto:low'

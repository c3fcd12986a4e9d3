/** What a picture may cost: every cap of the decoder and the encoders in one place. @module */

import { MediaError } from '@countersign/protocol/errors'

/** Pixels of a source picture that is decoded: width times height of one frame. */
export const MAX_SOURCE_PIXELS = 50_000_000
/** Longest side of a source picture, in pixels. */
export const MAX_SOURCE_SIDE_PX = 16_383
/** Pixels of all frames of an animation together. */
export const MAX_ANIMATION_PIXELS = 100_000_000
/** Frames of a source picture: each costs time, however small it is. */
export const MAX_SOURCE_PAGES = 2_000
/** Pixels that one component may make. */
export const MAX_OUTPUT_PIXELS = 25_000_000
/** Pixels of an AVIF: its encoder is the slowest by far. */
export const MAX_AVIF_PIXELS = 12_000_000
/** Longest side that one component may make, in pixels. */
export const MAX_OUTPUT_SIDE_PX = 8_192
/** Components of one transformation. */
export const MAX_COMPONENTS = 10

/** Width and height. */
export interface PixelSize {
  readonly widthPx: number
  readonly heightPx: number
}

/** What {@link assertSourceSize} compares with. */
export interface SourceLimits {
  /**
   * Frames of the picture.
   * @default 1
   */
  readonly pages?: number
  /** @default MAX_SOURCE_PIXELS */
  readonly maxPixels?: number
  /** @default MAX_SOURCE_SIDE_PX */
  readonly maxSidePx?: number
  /** Over all frames. @default MAX_ANIMATION_PIXELS */
  readonly maxAnimationPixels?: number
}

/** What may be made of a source. */
interface OutputLimits {
  /** Pixels that one component may make. @default MAX_OUTPUT_PIXELS */
  readonly maxOutputPixels?: number
  /** Pixels of an AVIF. @default MAX_AVIF_PIXELS */
  readonly maxAvifPixels?: number
  /** Longest side that one component may make, in pixels. @default MAX_OUTPUT_SIDE_PX */
  readonly maxOutputSidePx?: number
  /** Components of one transformation. @default MAX_COMPONENTS */
  readonly maxComponents?: number
}

/** What deriving may cost, from the source to the outputs. */
export type DerivationLimits = Omit<SourceLimits, 'pages'> & OutputLimits

/**
 * Refuse a source picture that is too large to decode.
 * @throws MediaError ASSET_TOO_LARGE
 */
export function assertSourceSize(size: PixelSize, limits: SourceLimits = {}): void {
  const {
    pages = 1,
    maxPixels = MAX_SOURCE_PIXELS,
    maxSidePx = MAX_SOURCE_SIDE_PX,
    maxAnimationPixels = MAX_ANIMATION_PIXELS,
  } = limits
  assertPixels(size, maxPixels, 'ASSET_TOO_LARGE')
  assertSide(size, maxSidePx, 'ASSET_TOO_LARGE')
  if (pages > MAX_SOURCE_PAGES) {
    throw new MediaError('ASSET_TOO_LARGE', {
      message: `Maximum number of frames is ${MAX_SOURCE_PAGES}. Got ${pages}`,
      details: { ...size, pages },
    })
  }
  if (size.widthPx * size.heightPx * pages > maxAnimationPixels) {
    throw new MediaError('ASSET_TOO_LARGE', {
      message: `Maximum animation size is ${megapixels(maxAnimationPixels)} Megapixels over all frames. Got ${pages} frames of ${size.widthPx}x${size.heightPx}`,
      details: { ...size, pages },
    })
  }
}

/**
 * Refuse an output that is too large to make.
 * @throws MediaError TRANSFORMATION_INVALID
 */
export function assertOutputSize(
  size: PixelSize,
  { maxPixels, maxSidePx }: { readonly maxPixels: number; readonly maxSidePx: number },
): void {
  assertPixels(size, maxPixels, 'TRANSFORMATION_INVALID')
  assertSide(size, maxSidePx, 'TRANSFORMATION_INVALID')
}

type TooLarge = 'ASSET_TOO_LARGE' | 'TRANSFORMATION_INVALID'

function assertPixels(size: PixelSize, maxPixels: number, code: TooLarge): void {
  const pixels = size.widthPx * size.heightPx
  if (pixels <= maxPixels) return
  throw new MediaError(code, {
    message: `Maximum image size is ${megapixels(maxPixels)} Megapixels. Requested ${megapixels(pixels)} Megapixels`,
    details: { ...size, maxPixels },
  })
}

function assertSide({ widthPx, heightPx }: PixelSize, maxPx: number, code: TooLarge): void {
  if (Math.max(widthPx, heightPx) <= maxPx) return
  throw new MediaError(code, {
    message: `Maximum image side is ${maxPx} pixels. Requested ${widthPx}x${heightPx}`,
    details: { widthPx, heightPx, maxPx },
  })
}

// One decimal as the protocol writes it, rounded up, so that what is over a limit never reads like the limit itself.
function megapixels(pixels: number): string {
  const unit = pixels < 100_000 ? 100 : 100_000
  return String((Math.ceil(pixels / unit) * unit) / 1_000_000)
}

/** Default limits of decoding and encoding pictures, and the checks for them. @module */

import { MediaError } from '@countersign/protocol/errors'

/** Maximum pixels of a source picture: width times height of one frame. */
export const MAX_SOURCE_PIXELS = 50_000_000
/** Maximum length of a source picture's longest side, in pixels. */
export const MAX_SOURCE_SIDE_PX = 16_383
/** Maximum pixels of all frames of an animation together. */
export const MAX_ANIMATION_PIXELS = 100_000_000
/** Maximum frames of a source picture. Each frame takes time, even a small one. */
export const MAX_SOURCE_PAGES = 2_000
/** Maximum pixels that one component may produce. */
export const MAX_OUTPUT_PIXELS = 25_000_000
/** Maximum pixels of an AVIF. It is smaller than other limits because the AVIF encoder is by far the slowest. */
export const MAX_AVIF_PIXELS = 12_000_000
/** Maximum length of the longest side that one component may produce, in pixels. */
export const MAX_OUTPUT_SIDE_PX = 8_192
/** Maximum components of one transformation. */
export const MAX_COMPONENTS = 10

/** Width and height of a picture, in pixels. */
export interface PixelSize {
  readonly widthPx: number
  readonly heightPx: number
}

/** Limits and facts for {@link assertSourceSize}. */
export interface SourceLimits {
  /** Number of frames of the picture. @default 1 */
  readonly pages?: number
  /** Maximum pixels of one frame. @default MAX_SOURCE_PIXELS */
  readonly maxPixels?: number
  /** Maximum length of the longest side, in pixels. @default MAX_SOURCE_SIDE_PX */
  readonly maxSidePx?: number
  /** Maximum pixels of all frames together. @default MAX_ANIMATION_PIXELS */
  readonly maxAnimationPixels?: number
}

/** Limits of the pictures that are generated from a source. */
interface OutputLimits {
  /** Maximum pixels that one component may produce. @default MAX_OUTPUT_PIXELS */
  readonly maxOutputPixels?: number
  /** Maximum pixels of an AVIF. @default MAX_AVIF_PIXELS */
  readonly maxAvifPixels?: number
  /** Maximum length of the longest side that one component may produce, in pixels. @default MAX_OUTPUT_SIDE_PX */
  readonly maxOutputSidePx?: number
  /** Maximum components of one transformation. @default MAX_COMPONENTS */
  readonly maxComponents?: number
}

/** Limits of generating a derivative, for the source and the outputs. */
export type DerivationLimits = Omit<SourceLimits, 'pages'> & OutputLimits

/**
 * Checks that a source picture is small enough to decode.
 * @throws MediaError ASSET_TOO_LARGE when the picture exceeds a limit.
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
 * Checks that an output is small enough to generate.
 * @throws MediaError TRANSFORMATION_INVALID when the output exceeds a limit.
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

// One decimal, as the protocol writes sizes. Rounded up, so that a size over a limit never reads like the limit itself.
function megapixels(pixels: number): string {
  const unit = pixels < 100_000 ? 100 : 100_000
  return String((Math.ceil(pixels / unit) * unit) / 1_000_000)
}

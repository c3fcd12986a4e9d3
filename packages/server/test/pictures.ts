/** Creates images for tests, with known pixels. @module */

import sharp from 'sharp'

/** An opaque color. */
export type Rgb = readonly [red: number, green: number, blue: number]

/** Corner colors of {@link createQuadrants}. */
export const RED: Rgb = [220, 20, 30]
export const GREEN: Rgb = [20, 180, 40]
export const BLUE: Rgb = [30, 60, 220]
export const YELLOW: Rgb = [240, 220, 30]

/** Options of {@link createQuadrants}. */
export interface PictureOptions {
  readonly widthPx: number
  readonly heightPx: number
  /** @default 'png' */
  readonly format?: 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'tiff'
  /** EXIF orientation, 1 to 8. */
  readonly orientation?: number
  /** @default 1 */
  readonly alpha?: number
}

/** Creates an image of four rectangles: red and green above blue and yellow. */
export async function createQuadrants(options: PictureOptions): Promise<Buffer> {
  const { widthPx, heightPx, format = 'png', orientation, alpha = 1 } = options
  const pixels = Buffer.alloc(widthPx * heightPx * 4)
  for (let y = 0; y < heightPx; y += 1) {
    for (let x = 0; x < widthPx; x += 1) {
      const isRight = x >= widthPx / 2
      const isBelow = y >= heightPx / 2
      const [red, green, blue] = isBelow ? (isRight ? YELLOW : BLUE) : isRight ? GREEN : RED
      pixels.set([red, green, blue, Math.round(alpha * 255)], (y * widthPx + x) * 4)
    }
  }
  let image = sharp(pixels, { raw: { width: widthPx, height: heightPx, channels: 4 } })
  if (alpha === 1) image = image.removeAlpha()
  if (orientation !== undefined) image = image.withMetadata({ orientation })
  return image.toFormat(format, format === 'jpeg' ? { chromaSubsampling: '4:4:4' } : {}).toBuffer()
}

/** Creates an animation with one frame for each color. */
export async function createAnimation(options: {
  readonly widthPx: number
  readonly heightPx: number
  readonly colors: readonly Rgb[]
  readonly format?: 'gif' | 'webp'
}): Promise<Buffer> {
  const { widthPx, heightPx, colors, format = 'gif' } = options
  const frames = colors.map(([r, g, b]) =>
    sharp({ create: { width: widthPx, height: heightPx, channels: 3, background: { r, g, b } } })
      .png()
      .toBuffer(),
  )
  const delay = colors.map(() => 100)
  return sharp(await Promise.all(frames), { join: { animated: true } })
    .toFormat(format, { delay })
    .toBuffer()
}

/** Returns the color of a pixel as red, green, blue and alpha. */
export async function pixelAt(picture: Buffer, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(picture)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const at = (y * info.width + x) * info.channels
  return [...data.subarray(at, at + 4)]
}

/** Returns true if two colors are equal within the error of a lossy codec. */
export function isNear(
  actual: readonly number[],
  expected: readonly number[],
  tolerance = 24,
): boolean {
  return expected.every((value, index) => Math.abs(value - (actual[index] ?? -1000)) <= tolerance)
}

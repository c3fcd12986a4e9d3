/** Reads the header of an image file, and checks that its content decodes. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { Metadata } from 'sharp'
import { assertSourceSize, type SourceLimits } from '../../picture-limits.js'
import { decodeWhole } from './decode-check.js'
import { IMAGE_MIME_TYPES, type ImageFormat } from './formats.js'
import { loadSharp } from './load-sharp.js'
import { SHOWN_FAIL_ON } from './tolerance.js'

/** Properties of an image file, from its header. */
export interface InspectedImage {
  readonly format: ImageFormat
  readonly mimeType: string
  /** Width as browsers show it, after EXIF orientation. */
  readonly widthPx: number
  /** Height of one frame as browsers show it, after EXIF orientation. */
  readonly heightPx: number
  /** Number of frames. 1 for a still image. */
  readonly pages: number
  /** True if pixels may be transparent. */
  readonly hasAlpha: boolean
}

/** Options of {@link inspectImage}. */
export interface InspectImageOptions {
  /**
   * Decodes the whole file, to refuse a truncated file or an image header in front of other bytes.
   * @default false
   */
  readonly isDecoded?: boolean
  /** Limits that the header is checked against, before anything is decoded. @default the `MAX_` constants for sources */
  readonly limits?: Omit<SourceLimits, 'pages'>
}

/**
 * Reads the header of a local image file, and decodes its pixels on request.
 *
 * @param path Local path. The content decides the format, not the name.
 * @throws MediaError IMAGE_INVALID if the file is not a JPEG, PNG, WebP, GIF or AVIF image, or does not decode.
 * @throws MediaError ASSET_TOO_LARGE if the image has too many pixels or frames, or a side that is too long.
 */
export async function inspectImage(
  path: string,
  options: InspectImageOptions = {},
): Promise<InspectedImage> {
  const { isDecoded = false, limits = {} } = options
  const metadata = await readMetadata(path)
  const image = toImage(metadata)
  assertSourceSize(image, { ...limits, pages: image.pages })
  if (isDecoded) await decodeWhole(path, metadata).catch(refuse)
  return image
}

/**
 * Reads only the header of an image file, without any size limit.
 * @throws MediaError IMAGE_INVALID
 */
export async function readImageHeader(path: string): Promise<InspectedImage> {
  return toImage(await readMetadata(path))
}

async function readMetadata(path: string): Promise<Metadata> {
  const sharp = await loadSharp()
  return sharp(path, { failOn: SHOWN_FAIL_ON, limitInputPixels: false }).metadata().catch(refuse)
}

function toImage(metadata: Metadata): InspectedImage {
  const format = formatOf(metadata)
  if (!format) throw invalid()
  return {
    format,
    mimeType: IMAGE_MIME_TYPES[format],
    widthPx: metadata.autoOrient.width,
    heightPx: metadata.autoOrient.height,
    pages: metadata.pages ?? 1,
    hasAlpha: metadata.hasAlpha,
  }
}

function formatOf(metadata: Pick<Metadata, 'format' | 'compression'>): ImageFormat | undefined {
  switch (metadata.format) {
    case 'jpeg':
      return 'jpg'
    case 'png':
    case 'webp':
    case 'gif':
      return metadata.format
    case 'heif':
      return metadata.compression === 'av1' ? 'avif' : undefined
    default:
      return undefined
  }
}

function refuse(cause: unknown): never {
  throw invalid(cause)
}

function invalid(cause?: unknown): MediaError {
  return new MediaError('IMAGE_INVALID', { message: 'Invalid image file', cause })
}

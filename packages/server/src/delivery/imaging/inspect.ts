/** What a picture file says it is, and whether that is true. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { Metadata } from 'sharp'
import { assertSourceSize, type SourceLimits } from '../../picture-limits.js'
import { decodeWhole } from './decode-check.js'
import { IMAGE_MIME_TYPES, type ImageFormat } from './formats.js'
import { loadSharp } from './load-sharp.js'
import { SHOWN_FAIL_ON } from './tolerance.js'

/** What {@link inspectImage} found. */
export interface InspectedImage {
  readonly format: ImageFormat
  readonly mimeType: string
  /** As browsers show it: EXIF orientation is applied. */
  readonly widthPx: number
  /** As browsers show it, of one frame. */
  readonly heightPx: number
  /** Frames; 1 for a still picture. */
  readonly pages: number
  /** Whether pixels may be transparent. */
  readonly hasAlpha: boolean
}

/** How far {@link inspectImage} goes. */
export interface InspectImageOptions {
  /**
   * Decodes the whole file, to refuse a truncated file or an image header in front of other bytes.
   * @default false
   */
  readonly isDecoded?: boolean
  /** Compared with the header before anything is decoded. @default every `MAX_` of a source */
  readonly limits?: Omit<SourceLimits, 'pages'>
}

/**
 * Read a local picture file's header, and on demand its pixels.
 *
 * @param path Of a local file; its name says nothing about its format.
 * @throws MediaError IMAGE_INVALID when it is no JPEG, PNG, WebP, GIF or AVIF, or does not decode.
 * @throws MediaError ASSET_TOO_LARGE when it has too many pixels, frames or too long a side.
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
 * Read a picture file's header alone.
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

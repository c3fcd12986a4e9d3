/** `f_`: which format the bytes are in, and how it is written. @module */

import type { Format } from '@countersign/protocol/transformation'
import type { Sharp } from 'sharp'
import { MAX_AVIF_PIXELS, type PixelSize } from '../../../picture-limits.js'
import type { ImageFormat } from '../formats.js'
import type { InspectedImage } from '../inspect.js'

/** The best that a client takes; all that an `Accept` header may change. */
export type AcceptClass = 'avif' | 'webp' | 'base'

/** Every class, best first. */
export const ACCEPT_CLASSES: readonly AcceptClass[] = ['avif', 'webp', 'base']

/** How a picture is written. */
export interface Encoding {
  readonly format: ImageFormat
  /** On the format's own scale; `null` for formats without loss. */
  readonly quality: number | null
}

/** Reduce an `Accept` header. A `*` does not count: browsers send it whatever they can show. */
export function acceptClassOf(accept: string): AcceptClass {
  if (isNamed(accept, 'image/avif')) return 'avif'
  return isNamed(accept, 'image/webp') ? 'webp' : 'base'
}

/** What {@link chooseFormat} decides by. */
export interface FormatRequest {
  /** Of `f_`, else of the URL's extension, else of the source. */
  readonly format: Format
  readonly source: Pick<InspectedImage, 'pages' | 'hasAlpha'>
  readonly output: PixelSize
  readonly accept: AcceptClass
  /** Pixels of an AVIF; `auto` makes no larger one. @default MAX_AVIF_PIXELS */
  readonly maxAvifPixels?: number | undefined
}

/** The format of the bytes: what is asked for, and of `auto` the smallest that the client shows and the picture needs. */
export function chooseFormat(request: FormatRequest): ImageFormat {
  const { format, source, output, accept, maxAvifPixels = MAX_AVIF_PIXELS } = request
  if (format !== 'auto') return format
  const isAnimated = source.pages > 1
  const isAvifFit = !isAnimated && output.widthPx * output.heightPx <= maxAvifPixels
  if (accept === 'avif' && isAvifFit) return 'avif'
  // Every browser that shows AVIF shows WebP.
  if (accept !== 'base') return 'webp'
  if (isAnimated) return 'gif'
  return source.hasAlpha ? 'png' : 'jpg'
}

/** Whether a format can hold several frames here. */
export function canAnimate(format: ImageFormat): boolean {
  return format === 'gif' || format === 'webp'
}

/** Set the encoder. AVIF takes effort 2: 6.6 times faster than the default for a tenth more bytes. */
export function encode(image: Sharp, { format, quality }: Encoding): Sharp {
  const lossy = quality === null ? {} : { quality }
  switch (format) {
    case 'jpg':
      return image.jpeg(lossy)
    case 'webp':
      return image.webp(lossy)
    case 'avif':
      return image.avif({ ...lossy, effort: 2 })
    case 'png':
      return image.png({ compressionLevel: 6 })
    case 'gif':
      return image.gif({ effort: 3 })
  }
}

function isNamed(accept: string, mimeType: string): boolean {
  return accept.split(',').some((entry) => {
    const [name = '', ...parameters] = entry
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/)
    return name === mimeType && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  })
}

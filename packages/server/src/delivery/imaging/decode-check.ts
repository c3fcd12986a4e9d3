/** Checks that a file holds the whole image. @module */

import type { Metadata } from 'sharp'
import { loadSharp } from './load-sharp.js'
import { CHECKED_FAIL_ON, MIN_JPEG_ROWS, SHOWN_FAIL_ON } from './tolerance.js'

/** Metadata of the stored image, before its orientation is applied. */
export type StoredHeader = Pick<Metadata, 'format' | 'width' | 'height' | 'pages' | 'space'>

/** Sample values that libjpeg writes for missing data; 127 after Adobe's inverted CMYK is converted. */
const MISSING_SAMPLES: readonly number[] = [127, 128]

/**
 * Decodes every row of an image. Accepts a JPEG without its end marker and its last rows, as image viewers do.
 * @throws the decoder's error.
 */
export async function decodeWhole(path: string, header: StoredHeader): Promise<void> {
  const { pages = 1 } = header
  const sharp = await loadSharp()
  await sharp(path, {
    failOn: CHECKED_FAIL_ON,
    limitInputPixels: pixelsOf(header),
    sequentialRead: true,
    pages: pages > 1 ? -1 : 1,
  })
    .resize({ ...sampleSize(header), fit: 'fill', kernel: 'nearest' })
    .raw()
    .toBuffer()
    .catch(async (error) => {
      if (!isEarlyEnd(error) || !(await hasMostRows(path, header))) throw error
    })
}

/** Returns the smallest output size for which the decoder still reads all rows. */
function sampleSize({ format, width, height }: StoredHeader): { width: number; height?: number } {
  // libjpeg decodes fast at one eighth of the size, and still reads to the last row.
  if (format === 'jpeg') return { width: Math.ceil(width / 8), height: Math.ceil(height / 8) }
  // libpng verifies the last checksum after the last row, so it reads all rows.
  if (format === 'png') return { width: 1 }
  // The other decoders decode whole frames only.
  return { width: 8, height: 8 }
}

// Only JPEG needs this check: the other decoders report an early end as an error.
function isEarlyEnd(error: unknown): boolean {
  return error instanceof Error && /premature end of JPEG/i.test(error.message)
}

/** Returns true if image data reaches the last row that must exist. */
async function hasMostRows(path: string, header: StoredHeader): Promise<boolean> {
  const { width, height, space } = header
  const sharp = await loadSharp()
  const samples = await sharp(path, {
    failOn: SHOWN_FAIL_ON,
    limitInputPixels: pixelsOf(header),
    sequentialRead: true,
    // Keeps the samples as libjpeg wrote them, without a conversion to another color space.
    ignoreIcc: true,
  })
    .extract({ left: 0, top: Math.floor(height * MIN_JPEG_ROWS), width, height: 1 })
    .pipelineColourspace(space)
    .toColourspace(space)
    .raw()
    .toBuffer()
  return samples.some((sample) => !MISSING_SAMPLES.includes(sample))
}

// The header was checked before. A frame that is larger than its header says is refused.
function pixelsOf({ width, height, pages = 1 }: StoredHeader): number {
  return width * height * pages
}

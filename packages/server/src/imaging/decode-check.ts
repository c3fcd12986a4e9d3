/** Whether the whole picture is in the file. @module */

import type { Metadata } from 'sharp'
import { loadSharp } from './load-sharp.js'
import { CHECKED_FAIL_ON, MIN_JPEG_ROWS, SHOWN_FAIL_ON } from './tolerance.js'

/** What the header says, as stored: orientation is not applied. */
export type StoredHeader = Pick<Metadata, 'format' | 'width' | 'height' | 'pages' | 'space'>

/** The sample that libjpeg puts where data is missing; 127 where Adobe's inverted CMYK is turned back. */
const MISSING_SAMPLES: readonly number[] = [127, 128]

/**
 * Decodes every row of a picture.
 * A JPEG may lack its end marker and its last rows, as every viewer shows it.
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

/** The smallest output for which the decoder reads all rows. */
function sampleSize({ format, width, height }: StoredHeader): { width: number; height?: number } {
  // libjpeg decodes at an eighth, which is quick, and reads on to the last row.
  if (format === 'jpeg') return { width: Math.ceil(width / 8), height: Math.ceil(height / 8) }
  // libpng checks the last checksum behind the last row, so no row is left out.
  if (format === 'png') return { width: 1 }
  // The other decoders know no rows, only whole frames.
  return { width: 8, height: 8 }
}

// Of JPEG alone: the other decoders take an early end for an error.
function isEarlyEnd(error: unknown): boolean {
  return error instanceof Error && /premature end of JPEG/i.test(error.message)
}

/** True where picture data reaches the row that must be there. */
async function hasMostRows(path: string, header: StoredHeader): Promise<boolean> {
  const { width, height, space } = header
  const sharp = await loadSharp()
  const samples = await sharp(path, {
    failOn: SHOWN_FAIL_ON,
    limitInputPixels: pixelsOf(header),
    sequentialRead: true,
    // Samples as libjpeg made them, converted into no other color space.
    ignoreIcc: true,
  })
    .extract({ left: 0, top: Math.floor(height * MIN_JPEG_ROWS), width, height: 1 })
    .pipelineColourspace(space)
    .toColourspace(space)
    .raw()
    .toBuffer()
  return samples.some((sample) => !MISSING_SAMPLES.includes(sample))
}

// The header was judged before: what is more than it says is a lie.
function pixelsOf({ width, height, pages = 1 }: StoredHeader): number {
  return width * height * pages
}

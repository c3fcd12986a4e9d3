/** Thumbnails of files, drawn one at a time and only for visible files. @module */

import { inImageWorker } from '../../core/images/in-image-worker.js'
import { shrinkImage } from '../../core/images/shrink-image.js'

/** Result of a preview. */
export type PreviewResult = 'cover' | 'small' | 'none'

/** During uploads, the next preview waits this many times the duration of the last one, because uploads have priority. */
const REST_FACTOR = 3
/** Maximum wait between previews, and the wait before the first preview. */
const LONGEST_REST_MS = 250

/** Options for drawing a preview. */
export interface PreviewOptions {
  /** Side of the box in CSS pixels. Smaller images are not enlarged. */
  readonly boxPx: number
  readonly signal: AbortSignal
  /** Returns true while files are uploading. */
  readonly isUploading: () => boolean
}

let last: Promise<unknown> = Promise.resolve()
let restMs = LONGEST_REST_MS

/** Draws an image into a canvas, after all earlier previews. */
export function drawPreview(
  canvas: HTMLCanvasElement,
  file: Blob,
  { boxPx, signal, isUploading }: PreviewOptions,
): Promise<PreviewResult> {
  const drawn = last.then(async () => {
    if (!signal.aborted && isUploading()) await rest(restMs)
    if (signal.aborted) return 'none'
    const startedAt = performance.now()
    const result = await draw(canvas, file, { boxPx, signal })
    restMs = Math.min((performance.now() - startedAt) * REST_FACTOR, LONGEST_REST_MS)
    return result
  })
  last = drawn
  return drawn
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

async function draw(
  canvas: HTMLCanvasElement,
  file: Blob,
  { boxPx, signal }: Pick<PreviewOptions, 'boxPx' | 'signal'>,
): Promise<PreviewResult> {
  try {
    const pixelRatio = Math.min(globalThis.devicePixelRatio || 1, 2)
    const args: Parameters<typeof shrinkImage> = [file, boxPx, pixelRatio]
    const { bitmap, isSmall } = await inImageWorker('shrink', shrinkImage, args)
    if (signal.aborted) {
      bitmap.close()
      return 'none'
    }
    canvas.width = bitmap.width
    canvas.height = bitmap.height
    canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap)
    return isSmall ? 'small' : 'cover'
  } catch {
    // The browser cannot show this image. The row keeps its icon, and the server decides.
    return 'none'
  }
}

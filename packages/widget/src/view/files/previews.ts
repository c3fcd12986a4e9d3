/** Small pictures of files, drawn one at a time and only for what is seen. @module */

import { inImageWorker } from '../../core/images/in-image-worker.js'
import { shrinkImage } from '../../core/images/shrink-image.js'

/** How a preview came out. */
export type PreviewResult = 'cover' | 'small' | 'none'

/** While files leave, a preview waits so many times what the last one took: uploads come first. */
const REST_FACTOR = 3
/** The longest such rest, and the one before the first preview, in milliseconds. */
const LONGEST_REST_MS = 250

/** What is drawn, and how. */
export interface PreviewOptions {
  /** Side of the box in CSS pixels: a picture that is smaller is not enlarged. */
  readonly boxPx: number
  readonly signal: AbortSignal
  /** Whether something is being uploaded. */
  readonly isUploading: () => boolean
}

let last: Promise<unknown> = Promise.resolve()
let restMs = LONGEST_REST_MS

/** Draw a picture into a canvas after all previews that were asked for before it. */
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
    // Not a picture this browser can show: the row keeps its glyph and the server decides.
    return 'none'
  }
}

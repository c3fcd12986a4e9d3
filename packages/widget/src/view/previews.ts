/** Small pictures of files, drawn one at a time and only for what is seen. @module */

import { inImageWorker } from '../core/in-image-worker.js'
import { shrinkImage } from '../core/shrink-image.js'

/** How a preview came out. */
export type PreviewResult = 'cover' | 'small' | 'none'

let last: Promise<unknown> = Promise.resolve()

/**
 * Draw a picture into a canvas after all previews that were asked for before it.
 *
 * @param boxPx Side of the box in CSS pixels: a picture that is smaller is not enlarged.
 */
export function drawPreview(
  canvas: HTMLCanvasElement,
  file: Blob,
  { boxPx, signal }: { readonly boxPx: number; readonly signal: AbortSignal },
): Promise<PreviewResult> {
  const drawn = last.then(() => (signal.aborted ? 'none' : draw(canvas, file, boxPx)))
  last = drawn
  return drawn
}

async function draw(canvas: HTMLCanvasElement, file: Blob, boxPx: number): Promise<PreviewResult> {
  try {
    const pixelRatio = Math.min(globalThis.devicePixelRatio || 1, 2)
    const { bitmap, isSmall } = await inImageWorker('shrink', shrinkImage, file, boxPx, pixelRatio)
    canvas.width = bitmap.width
    canvas.height = bitmap.height
    canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap)
    return isSmall ? 'small' : 'cover'
  } catch {
    // Not a picture this browser can show: the row keeps its glyph and the server decides.
    return 'none'
  }
}

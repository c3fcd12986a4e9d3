/** Small pictures of files, drawn one at a time and only for what is seen. @module */

import { readImageSize } from '../core/index.js'

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
  const drawn = last.then(async () => {
    await yieldToPage()
    return signal.aborted ? 'none' : draw(canvas, file, boxPx)
  })
  last = drawn
  return drawn
}

async function draw(canvas: HTMLCanvasElement, file: Blob, boxPx: number): Promise<PreviewResult> {
  try {
    const size = await readImageSize(file)
    const isSmall = size !== null && size.widthPx < boxPx && size.heightPx < boxPx
    const target = Math.ceil(boxPx * Math.min(globalThis.devicePixelRatio || 1, 2))
    const isWide = size !== null && size.widthPx > size.heightPx
    // The shorter side fills the box; without a known size the height does, as most pictures are wide.
    const resize = isWide || !size ? { resizeHeight: target } : { resizeWidth: target }
    const options: ImageBitmapOptions = { resizeQuality: 'medium', ...resize }
    const bitmap = await createImageBitmap(file, isSmall ? {} : options)
    canvas.width = bitmap.width
    canvas.height = bitmap.height
    canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap)
    return isSmall ? 'small' : 'cover'
  } catch {
    // Not a picture this browser can show: the row keeps its glyph and the server decides.
    return 'none'
  }
}

function yieldToPage(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}

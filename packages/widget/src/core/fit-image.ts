/** Makes pictures fit before they are sent, one at a time. Loaded apart. @module */

import type { WireParams } from '@countersign/protocol/params'
import { editImage } from './edit-image.js'
import { mimeTypeOf } from './file-type.js'
import { readImageSize } from './image-size.js'
import type { NewUpload } from './new-upload.js'

/** What fits. */
export interface ImageBounds {
  readonly maxWidthPx: number | undefined
  readonly maxHeightPx: number | undefined
  /** MIME type to convert to; `undefined` keeps the file's. */
  readonly type: string | undefined
  /** 0 to 1. */
  readonly quality: number | undefined
}

// Drawings have no pixels, and of moving pictures only the first would be left.
const KEPT_AS_THEY_ARE: ReadonlySet<string> = new Set(['image/svg+xml', 'image/gif'])

// Decoded pictures are large: two at once would be twice that.
let last: Promise<unknown> = Promise.resolve()

/** Make a picture fit; what fits already, or cannot be read here, is left as it is. */
export function fitUpload(upload: NewUpload, bounds: ImageBounds): Promise<NewUpload> {
  const fitted = last.then(() => fit(upload, bounds))
  last = fitted.catch(() => undefined)
  return fitted
}

async function fit(upload: NewUpload, bounds: ImageBounds): Promise<NewUpload> {
  const { file, params } = upload
  const type = mimeTypeOf(file)
  if (KEPT_AS_THEY_ARE.has(type) || (await isMoving(file))) return upload
  const size = await uprightSize(file)
  if (!size) return upload
  const scale = Math.min(
    1,
    (bounds.maxWidthPx ?? size.width) / size.width,
    (bounds.maxHeightPx ?? size.height) / size.height,
  )
  const isConverted = bounds.type !== undefined && bounds.type !== type
  if (scale === 1 && !isConverted) return upload
  const [widthPx, heightPx] = [Math.round(size.width * scale), Math.round(size.height * scale)]
  const made = await editImage(file, {
    widthPx,
    heightPx,
    ...(bounds.type === undefined ? {} : { type: bounds.type }),
    ...(bounds.quality === undefined ? {} : { quality: bounds.quality }),
  })
  return { ...upload, file: made, params: params && scaledCoordinates(params, scale) }
}

async function uprightSize(
  file: File,
): Promise<{ readonly width: number; readonly height: number } | null> {
  const stored = await readImageSize(file)
  if (stored && (stored.widthPx === stored.heightPx || mimeTypeOf(file) !== 'image/jpeg'))
    return { width: stored.widthPx, height: stored.heightPx }
  try {
    // Only decoding tells how a photo is turned.
    const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
    const { width, height } = bitmap
    bitmap.close()
    return { width, height }
  } catch {
    return null
  }
}

/** Whether a PNG or WebP has frames. */
async function isMoving(file: File): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, 4096).arrayBuffer())
  const text = String.fromCharCode(...head)
  return text.startsWith('\x89PNG')
    ? text.includes('acTL')
    : /^RIFF....WEBPVP8X[\s\S]*ANIM/.test(text)
}

function scaledCoordinates(params: WireParams, scale: number): WireParams {
  const names = ['custom_coordinates', 'face_coordinates'].filter((name) => params[name])
  const scaled = names.map((name) => [
    name,
    String(params[name]).replace(/\d+/g, (pixels) => String(Math.round(Number(pixels) * scale))),
  ])
  return { ...params, ...Object.fromEntries(scaled) }
}

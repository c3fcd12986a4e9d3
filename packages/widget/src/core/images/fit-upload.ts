/** Makes pictures fit before they are sent, one at a time. Loaded apart. @module */

import type { WireParams } from '@countersign/protocol/params'
import { mimeTypeOf } from '../files/file-type.js'
import type { NewUpload } from '../files/new-upload.js'
import { fitImage, type ImageBounds } from './fit-image.js'
import { inImageWorker } from './in-image-worker.js'

// Drawings have no pixels, and of moving pictures only the first would be left.
const KEPT_AS_THEY_ARE: ReadonlySet<string> = new Set(['image/svg+xml', 'image/gif'])

// Decoded pictures are large: two at once would be twice that.
let last: Promise<unknown> = Promise.resolve()

/**
 * Make a picture fit; what fits already, or cannot be made to here, is left as it is.
 *
 * @param signal Of its upload: whose upload was stopped is not waited for.
 */
export function fitUpload(
  upload: NewUpload,
  bounds: ImageBounds,
  signal: AbortSignal,
): Promise<NewUpload> {
  const fitted = last.then(() => (signal.aborted ? upload : fit(upload, bounds, signal)))
  last = fitted.catch(() => undefined)
  return fitted
}

async function fit(
  upload: NewUpload,
  bounds: ImageBounds,
  signal: AbortSignal,
): Promise<NewUpload> {
  const { file, params } = upload
  if (KEPT_AS_THEY_ARE.has(mimeTypeOf(file)) || (await isMoving(file))) return upload
  const fitted = await inImageWorker('fit', fitImage, [file, bounds], signal).catch(() => null)
  if (!fitted) return upload
  return { ...upload, file: fitted.file, params: params && scaledCoordinates(params, fitted.scale) }
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

/** Scales or converts images before they are sent, one at a time. A separate chunk. @module */

import type { WireParams } from '@countersign/protocol/params'
import { mimeTypeOf } from '../files/file-type.js'
import type { NewUpload } from '../files/new-upload.js'
import { fitImage, type ImageBounds } from './fit-image.js'
import { inImageWorker } from './in-image-worker.js'

// SVG has no pixels, and a converted GIF would lose all frames but the first.
const KEPT_AS_THEY_ARE: ReadonlySet<string> = new Set(['image/svg+xml', 'image/gif'])

// Decoded images are large, so only one is decoded at a time.
let last: Promise<unknown> = Promise.resolve()

/**
 * Scales or converts the image of an upload. Returns the upload unchanged if the image needs no change or the browser cannot convert it.
 *
 * @param signal Aborts when the upload stops. The next image then starts at once.
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

/** Returns true if a PNG or WebP is animated. */
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

/** The image library, loaded and locked down when the first picture needs it. @module */

import type Sharp from 'sharp'

/** sharp's factory function. */
export type SharpFactory = typeof Sharp

// Only what browsers show: no SVG, PDF, TIFF or ImageMagick loader ever sees a stored byte.
const LOADERS = [
  'VipsForeignLoadJpeg',
  'VipsForeignLoadPng',
  'VipsForeignLoadWebp',
  'VipsForeignLoadNsgif',
  'VipsForeignLoadHeif',
]

let loading: Promise<SharpFactory> | undefined

/** Load sharp once: only the loaders of JPEG, PNG, WebP, GIF and AVIF, one libvips thread a picture, no operation cache. */
export function loadSharp(): Promise<SharpFactory> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    sharp.block({ operation: ['VipsForeignLoad'] })
    sharp.unblock({ operation: LOADERS })
    sharp.concurrency(1)
    sharp.cache(false)
    return sharp
  })
  return loading
}

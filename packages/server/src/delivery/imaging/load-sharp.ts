/** Loads the image library sharp on first use, and restricts it to the formats that the server supports. @module */

import type Sharp from 'sharp'

/** sharp's factory function. */
export type SharpFactory = typeof Sharp

// Only formats that browsers show. The loaders of SVG, PDF, TIFF and ImageMagick never read a stored file.
const LOADERS = [
  'VipsForeignLoadJpeg',
  'VipsForeignLoadPng',
  'VipsForeignLoadWebp',
  'VipsForeignLoadNsgif',
  'VipsForeignLoadHeif',
]

let loading: Promise<SharpFactory> | undefined

/** Loads sharp once, with loaders for JPEG, PNG, WebP, GIF and AVIF only, one libvips thread per image, and no operation cache. */
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

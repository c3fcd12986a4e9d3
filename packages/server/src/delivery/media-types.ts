/** What a stored format is called on the wire, and whether a browser may open it in place. @module */

import { extensionOf, MEDIA_TYPES } from '@countersign/protocol/media-types'
import type { Asset } from '../catalog/asset.js'

/** How bytes are declared. */
export interface MediaType {
  readonly mimeType: string
  /** False: always a download, since it could run scripts or start another program. */
  readonly isInline: boolean
}

const INLINE: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/avif',
  'video/mp4',
  'video/webm',
  'audio/mpeg',
  'text/plain; charset=utf-8',
])

// HTML, XML, SVG and scripts are left out on purpose: as raw files they are bytes to be saved, under no type that could run.
const RAW_TYPES: readonly string[] = [
  'text/plain',
  'text/csv',
  'application/json',
  'application/pdf',
  'application/zip',
  'font/woff2',
]

/** The type of an asset's stored bytes; of a raw one by the extension in its public id. */
export function mediaTypeOf(asset: Pick<Asset, 'resourceType' | 'format' | 'publicId'>): MediaType {
  const { resourceType, publicId } = asset
  const format = resourceType === 'raw' ? extensionOf(publicId) : (asset.format ?? '')
  const type = MEDIA_TYPES.find(format)?.type ?? ''
  const isServed = resourceType === 'raw' ? RAW_TYPES.includes(type) : isOf(resourceType, type)
  if (!isServed) return { mimeType: 'application/octet-stream', isInline: false }
  const mimeType = type.startsWith('text/') ? `${type}; charset=utf-8` : type
  return { mimeType, isInline: INLINE.has(mimeType) }
}

/** Whether a URL's last `.name` is a format, and no part of the public id. */
export function isMediaExtension(resourceType: 'image' | 'video', extension: string): boolean {
  const type = MEDIA_TYPES.find(extension)?.type ?? ''
  return isOf('image', type) || (resourceType === 'video' && isOf('video', type))
}

function isOf(resourceType: 'image' | 'video', type: string): boolean {
  if (resourceType === 'video') return /^(video|audio)\//.test(type)
  return type.startsWith('image/') || type === 'application/pdf'
}

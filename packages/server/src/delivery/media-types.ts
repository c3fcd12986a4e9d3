/** Decides the MIME type of a stored asset, and whether a browser may show it inline. @module */

import { extensionOf, MEDIA_TYPES } from '@countersign/protocol/media-types'
import type { Asset } from '../catalog/asset.js'

/** MIME type of stored bytes, and how browsers may open them. */
export interface MediaType {
  readonly mimeType: string
  /** False for content that could run scripts or open another program. Such content is always sent as a download. */
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

// HTML, XML, SVG and scripts are missing on purpose: as raw files, they are downloads with a type that no browser runs.
const RAW_TYPES: readonly string[] = [
  'text/plain',
  'text/csv',
  'application/json',
  'application/pdf',
  'application/zip',
  'font/woff2',
]

/** Returns the MIME type of an asset's stored bytes. For a raw asset, the extension in its public id decides. */
export function mediaTypeOf(asset: Pick<Asset, 'resourceType' | 'format' | 'publicId'>): MediaType {
  const { resourceType, publicId } = asset
  const format = resourceType === 'raw' ? extensionOf(publicId) : (asset.format ?? '')
  const type = MEDIA_TYPES.find(format)?.type ?? ''
  const isServed = resourceType === 'raw' ? RAW_TYPES.includes(type) : isOf(resourceType, type)
  if (!isServed) return { mimeType: 'application/octet-stream', isInline: false }
  const mimeType = type.startsWith('text/') ? `${type}; charset=utf-8` : type
  return { mimeType, isInline: INLINE.has(mimeType) }
}

/** Returns true if the extension of a URL is a media format, and not a part of the public id. */
export function isMediaExtension(resourceType: 'image' | 'video', extension: string): boolean {
  const type = MEDIA_TYPES.find(extension)?.type ?? ''
  return isOf('image', type) || (resourceType === 'video' && isOf('video', type))
}

function isOf(resourceType: 'image' | 'video', type: string): boolean {
  if (resourceType === 'video') return /^(video|audio)\//.test(type)
  return type.startsWith('image/') || type === 'application/pdf'
}

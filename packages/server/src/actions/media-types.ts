/** What a stored format is called on the wire, and whether a browser may open it in place. @module */

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

const IMAGE_TYPES: ReadonlyMap<string, string> = new Map([
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['jpe', 'image/jpeg'],
  ['png', 'image/png'],
  ['webp', 'image/webp'],
  ['gif', 'image/gif'],
  ['avif', 'image/avif'],
  ['apng', 'image/apng'],
  ['bmp', 'image/bmp'],
  ['heic', 'image/heic'],
  ['heif', 'image/heif'],
  ['ico', 'image/x-icon'],
  ['jp2', 'image/jp2'],
  ['jxl', 'image/jxl'],
  ['pdf', 'application/pdf'],
  ['psd', 'image/vnd.adobe.photoshop'],
  ['svg', 'image/svg+xml'],
  ['tif', 'image/tiff'],
  ['tiff', 'image/tiff'],
])

const VIDEO_TYPES: ReadonlyMap<string, string> = new Map([
  ['mp4', 'video/mp4'],
  ['m4v', 'video/mp4'],
  ['webm', 'video/webm'],
  ['mov', 'video/quicktime'],
  ['mkv', 'video/x-matroska'],
  ['avi', 'video/x-msvideo'],
  ['ogv', 'video/ogg'],
  ['mp3', 'audio/mpeg'],
  ['m4a', 'audio/mp4'],
  ['aac', 'audio/aac'],
  ['flac', 'audio/flac'],
  ['ogg', 'audio/ogg'],
  ['wav', 'audio/wav'],
])

// HTML, XML, SVG and scripts are left out on purpose: as raw files they are bytes to be saved, under no type that could run.
const RAW_TYPES: ReadonlyMap<string, string> = new Map([
  ['txt', 'text/plain; charset=utf-8'],
  ['csv', 'text/csv; charset=utf-8'],
  ['json', 'application/json'],
  ['pdf', 'application/pdf'],
  ['zip', 'application/zip'],
  ['woff2', 'font/woff2'],
])

const BY_RESOURCE_TYPE = { image: IMAGE_TYPES, video: VIDEO_TYPES, raw: RAW_TYPES } as const

/** The type of an asset's stored bytes; of a raw one by the extension in its public id. */
export function mediaTypeOf(asset: Pick<Asset, 'resourceType' | 'format' | 'publicId'>): MediaType {
  const { resourceType, publicId } = asset
  const format = resourceType === 'raw' ? extensionOf(publicId) : asset.format
  const mimeType = BY_RESOURCE_TYPE[resourceType].get(format ?? '') ?? 'application/octet-stream'
  return { mimeType, isInline: INLINE.has(mimeType) }
}

/** Whether a URL's last `.name` is a format, and no part of the public id. */
export function isMediaExtension(resourceType: 'image' | 'video', extension: string): boolean {
  return IMAGE_TYPES.has(extension) || (resourceType === 'video' && VIDEO_TYPES.has(extension))
}

function extensionOf(publicId: string): string {
  return /\.([A-Za-z0-9]{1,10})$/.exec(publicId)?.[1]?.toLowerCase() ?? ''
}

/** Returns the type of a file, from the browser's type and the file name. @module */

import type { TypeTable } from '@countersign/protocol/media-types'
import { essenceOf, extensionOf } from '@countersign/protocol/media-types/names'

/** Table of media types that the server uses too. Loaded late, because most pages only see photos. */
let table: TypeTable | undefined

const NAMES: Readonly<Record<string, string>> = { jpeg: 'JPG', webp: 'WebP', tif: 'TIFF' }

/** Loads the table of media types, and the reader of an image's first bytes. Returns `null` if the load fails. */
export async function loadTypes(): Promise<typeof import('./more-types.js') | null> {
  const more = await import('./more-types.js').catch(() => null)
  table = more?.MEDIA_TYPES ?? table
  return more
}

/** Loads the table of media types if an accept list has more than plain names of images, audio and video. */
export async function loadTypesFor(accept: readonly string[] = []): Promise<void> {
  if (!accept.every((type) => /^(image|video|audio)\/(\*|\w+)$/.test(type))) await loadTypes()
}

/** Returns the possible types of a file by their usual names: the browser's type first, then the type of the extension. */
export function typesOf(file: { readonly name: string; readonly type: string }): string[] {
  const type = essenceOf(file.type)
  const told = table?.nameOf(type) ?? type
  return [told, typeOfExtension(extensionOf(file.name))].filter(
    (known) => known && known !== 'application/octet-stream',
  )
}

/** Returns the first type of {@link typesOf}; `''` if neither the browser nor the extension gives one. */
export function mimeTypeOf(file: { readonly name: string; readonly type: string }): string {
  return typesOf(file)[0] ?? ''
}

/** Returns true if the table of media types, once it is loaded, has the type or the extension of a file. */
export function isKnown(file: { readonly name: string; readonly type: string }): boolean {
  return typesOf(file).some((type) => table?.find(type))
}

/** Returns true if a type is on an accept list. `image/*` covers every image but SVG, as on the server. */
export function isAccepted(accept: readonly string[], type: string): boolean {
  if (table) return table.isAccepted(accept, type)
  return accept.some(
    (entry) => entry === type || (type !== 'image/svg+xml' && entry === type.replace(/\/.*/, '/*')),
  )
}

/** Returns the type of an extension, or `''` if it is unknown. */
export function typeOfExtension(extension: string): string {
  if (table) return table.find(extension)?.type ?? ''
  const [, picture] = /^(jpe?g|png|webp|gif|avif)$/.exec(extension) ?? []
  return picture ? `image/${picture.replace('jpg', 'jpeg')}` : ''
}

/** Returns the extensions of a type, with their dots. */
export function extensionsOf(type: string): string[] {
  return table?.find(type)?.extensions.map((extension) => `.${extension}`) ?? []
}

/** Returns the resource type of a MIME type: `image`, `video` (audio too, as in the protocol) or `raw`. */
export function resourceTypeOf(mimeType: string): 'image' | 'video' | 'raw' {
  if (mimeType.startsWith('image/')) return 'image'
  return /^(video|audio)\//.test(mimeType) ? 'video' : 'raw'
}

/** Returns the usual name of a format: `JPG`, `WebP`, `MP4`. */
export function formatName(type: string): string {
  const name = table?.find(type)?.extensions[0] ?? type.replace(/.*\//, '')
  return NAMES[name] ?? name.toUpperCase()
}

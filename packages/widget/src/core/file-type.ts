/** What a file is, by the browser's word or by its extension. @module */

// Only what uploads are made of: an unknown extension stays unknown and the server decides.
const TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    png: 'image/png',
    webp: 'image/webp',
    gif: 'image/gif',
    avif: 'image/avif',
    heic: 'image/heic',
    heif: 'image/heif',
    tif: 'image/tiff',
    tiff: 'image/tiff',
    bmp: 'image/bmp',
    svg: 'image/svg+xml',
    mp4: 'video/mp4',
    mov: 'video/quicktime',
    webm: 'video/webm',
    mp3: 'audio/mpeg',
    m4a: 'audio/mp4',
    wav: 'audio/wav',
    pdf: 'application/pdf',
  }),
)

const NAMES: ReadonlyMap<string, string> = new Map([
  ['image/jpeg', 'JPG'],
  ['image/webp', 'WebP'],
  ['image/svg+xml', 'SVG'],
  ['image/tiff', 'TIFF'],
  ['video/quicktime', 'MOV'],
  ['audio/mpeg', 'MP3'],
])

/** Extension of a name in lower case, without the dot; `''` where there is none. */
export function extensionOf(name: string): string {
  return /[^.]\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? ''
}

/** MIME type of a file; `''` where neither the browser nor the extension tells. */
export function mimeTypeOf(file: { readonly name: string; readonly type: string }): string {
  const type = file.type.toLowerCase().split(';')[0]?.trim() ?? ''
  return type || (TYPES.get(extensionOf(file.name)) ?? '')
}

/** MIME type of an extension; `''` where it is not known. */
export function mimeTypeOfExtension(extension: string): string {
  return TYPES.get(extension.toLowerCase().replace(/^\./, '')) ?? ''
}

/** `image`, `video` (audio too, as in the protocol) or `raw`. */
export function resourceTypeOf(mimeType: string): 'image' | 'video' | 'raw' {
  if (mimeType.startsWith('image/')) return 'image'
  return /^(video|audio)\//.test(mimeType) ? 'video' : 'raw'
}

/** What people call a MIME type: `JPG`, `WebP`, `MP4`. */
export function formatName(mimeType: string): string {
  return (
    NAMES.get(mimeType) ?? (mimeType.split('/')[1] ?? mimeType).replace(/^x-/, '').toUpperCase()
  )
}

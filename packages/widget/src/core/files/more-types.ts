/** Exports the server's table of media types and readers of a file's first bytes. Loaded when a limit or a file needs them. @module */

import { looksLikeText } from '@countersign/protocol/media-types'

export { MEDIA_TYPES } from '@countersign/protocol/media-types'

// Matches the signatures of JPEG, PNG, GIF and WebP, and the brands of AVIF.
const PICTURES: readonly (readonly [RegExp, string])[] = [
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^\x89PNG/, 'image/png'],
  [/^GIF8/, 'image/gif'],
  [/^RIFF.{4}WEBP/s, 'image/webp'],
  [/^.{4}ftypavi[fs]/s, 'image/avif'],
]
/** Number of first bytes to read, as on the server. */
const HEAD_BYTES = 4100

/** Returns the type of an image that every browser shows, read from its first bytes; `''` for all other files. */
export async function readPictureType(file: Blob): Promise<string> {
  return pictureType(await readHead(file))
}

/** Returns the type of an image, a PDF or text, read from the first bytes; `''` for all other files. */
export async function readContentType(file: Blob): Promise<string> {
  const head = await readHead(file)
  if (head.startsWith('%PDF-')) return 'application/pdf'
  return pictureType(head) || (head && looksLikeText(head) ? 'text/plain' : '')
}

function pictureType(head: string): string {
  return PICTURES.find(([signature]) => signature.test(head))?.[1] ?? ''
}

async function readHead(file: Blob): Promise<string> {
  return String.fromCharCode(...new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()))
}

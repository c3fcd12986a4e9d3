/** Loaded when a limit or a file needs it: the table of media types that the server reads, and a look at a file's first bytes. @module */

import { looksLikeText } from '@countersign/protocol/media-types'

export { MEDIA_TYPES } from '@countersign/protocol/media-types'

// The signatures of JPEG, PNG, GIF and WebP, and the brands of AVIF.
const PICTURES: readonly (readonly [RegExp, string])[] = [
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^\x89PNG/, 'image/png'],
  [/^GIF8/, 'image/gif'],
  [/^RIFF.{4}WEBP/s, 'image/webp'],
  [/^.{4}ftypavi[fs]/s, 'image/avif'],
]
/** Bytes that the server reads too. */
const HEAD_BYTES = 4100

/** Returns the type of a picture that every browser shows, read from its first bytes; `''` for all other files. */
export async function readPictureType(file: Blob): Promise<string> {
  return pictureType(await readHead(file))
}

/** Returns the type of a picture, a PDF or text, read from the first bytes; `''` for all other files. */
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

/** Loaded when a limit or a file needs it: the table of media types that the server reads, and a look at a picture's first bytes. @module */

export { MEDIA_TYPES } from '@countersign/protocol/media-types'

// The signatures of JPEG, PNG, GIF and WebP, and the brands of AVIF.
const PICTURES: readonly (readonly [RegExp, string])[] = [
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^\x89PNG/, 'image/png'],
  [/^GIF8/, 'image/gif'],
  [/^RIFF.{4}WEBP/s, 'image/webp'],
  [/^.{4}ftypavi[fs]/s, 'image/avif'],
]

/** Type of a picture that every browser shows, by its first bytes; `''` if it is none. */
export async function readPictureType(file: Blob): Promise<string> {
  const head = String.fromCharCode(...new Uint8Array(await file.slice(0, 12).arrayBuffer()))
  return PICTURES.find(([signature]) => signature.test(head))?.[1] ?? ''
}

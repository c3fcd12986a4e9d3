/** The picture formats that are read and written here. @module */

/** A picture format; also its file extension. */
export type ImageFormat = 'jpg' | 'png' | 'webp' | 'gif' | 'avif'

/** MIME type by format. */
export const IMAGE_MIME_TYPES: Readonly<Record<ImageFormat, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
}

/** Whether a format can be decoded and encoded here. */
export function isImageFormat(format: string): format is ImageFormat {
  return Object.hasOwn(IMAGE_MIME_TYPES, format)
}

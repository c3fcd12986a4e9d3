/** The image formats that the server can decode and encode. @module */

/** An image format. The name is also the file extension. */
export type ImageFormat = 'jpg' | 'png' | 'webp' | 'gif' | 'avif'

/** MIME type by format. */
export const IMAGE_MIME_TYPES: Readonly<Record<ImageFormat, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
}

/** Returns true if the server can decode and encode a format. */
export function isImageFormat(format: string): format is ImageFormat {
  return Object.hasOwn(IMAGE_MIME_TYPES, format)
}

/** Maps MIME types to the format names of the hosted service, for `target: 'cloudinary'`. @module */

import { MEDIA_TYPES } from '@countersign/protocol/media-types'

// SVG is not part of image/*, because an SVG can contain scripts. A preset can list image/svg+xml.
const FORMATS_BY_FAMILY: ReadonlyMap<string, readonly string[]> = new Map([
  ['image/*', ['avif', 'bmp', 'gif', 'heic', 'heif', 'jpg', 'jxl', 'png', 'tif', 'webp']],
  ['video/*', ['3gp', 'avi', 'm4v', 'mkv', 'mov', 'mp4', 'mpeg', 'ogv', 'webm', 'wmv']],
  ['audio/*', ['aac', 'aiff', 'flac', 'm4a', 'mp3', 'ogg', 'opus', 'wav']],
])

const FORMATS_BY_TYPE: ReadonlyMap<string, readonly string[]> = new Map([
  ['application/pdf', ['pdf']],
  ['audio/aac', ['aac']],
  ['audio/flac', ['flac']],
  ['audio/mp4', ['m4a']],
  ['audio/mpeg', ['mp3']],
  ['audio/ogg', ['ogg', 'opus']],
  ['audio/wav', ['wav']],
  ['image/avif', ['avif']],
  ['image/bmp', ['bmp']],
  ['image/gif', ['gif']],
  ['image/heic', ['heic']],
  ['image/heif', ['heif']],
  ['image/jpeg', ['jpg']],
  ['image/jxl', ['jxl']],
  ['image/png', ['png']],
  ['image/svg+xml', ['svg']],
  ['image/tiff', ['tif']],
  ['image/vnd.microsoft.icon', ['ico']],
  ['image/webp', ['webp']],
  ['video/mp4', ['mp4']],
  ['video/mpeg', ['mpeg']],
  ['video/ogg', ['ogv']],
  ['video/quicktime', ['mov']],
  ['video/webm', ['webm']],
  ['video/x-matroska', ['mkv']],
  ['video/x-msvideo', ['avi']],
])

/**
 * Returns the format names for the MIME types of an accept list, sorted. They are the forced value of `allowed_formats`.
 * @throws TypeError if the hosted service has no format name for a type.
 */
export function allowedFormats(accept: readonly string[]): string[] {
  const formats = accept.flatMap((type) => {
    const names =
      FORMATS_BY_FAMILY.get(type) ??
      FORMATS_BY_TYPE.get(type) ??
      FORMATS_BY_TYPE.get(MEDIA_TYPES.nameOf(type))
    if (!names)
      throw new TypeError(`limits.accept: ${type} has no format name for target 'cloudinary'`)
    return names
  })
  return [...new Set(formats)].sort()
}

/** Reads the width and height of an image from its first bytes, without decoding it. @module */

/** Width and height in pixels, before any orientation is applied. */
export interface ImageSize {
  readonly widthPx: number
  readonly heightPx: number
}

// A JPEG may have a large Exif block and a color profile before its frame header.
const HEADER_BYTES = 256 * 1024

/** Returns the size of a PNG, GIF, JPEG or WebP image; `null` if the size cannot be read. */
export async function readImageSize(file: Blob): Promise<ImageSize | null> {
  const view = new DataView(await file.slice(0, HEADER_BYTES).arrayBuffer())
  try {
    return sizeOf(view)
  } catch (error) {
    // The header is longer than the bytes read. The server checks the whole file.
    if (error instanceof RangeError) return null
    throw error
  }
}

function sizeOf(view: DataView): ImageSize | null {
  if (view.getUint32(0) === 0x89504e47) return size(view.getUint32(16), view.getUint32(20))
  if (view.getUint32(0) >>> 8 === 0x474946)
    return size(view.getUint16(6, true), view.getUint16(8, true))
  if (view.getUint16(0) === 0xffd8) return jpegSize(view)
  if (view.getUint32(0) === 0x52494646 && view.getUint32(8) === 0x57454250) return webpSize(view)
  return null
}

function jpegSize(view: DataView): ImageSize | null {
  let offset = 2
  for (;;) {
    const marker = view.getUint16(offset)
    const isFrame =
      marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker)
    if (isFrame) return size(view.getUint16(offset + 7), view.getUint16(offset + 5))
    if (marker >>> 8 !== 0xff || marker === 0xffda) return null
    offset += 2 + view.getUint16(offset + 2)
  }
}

function webpSize(view: DataView): ImageSize | null {
  const kind = view.getUint32(12)
  if (kind === 0x56503820)
    return size(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff)
  if (kind === 0x5650384c) {
    const bits = view.getUint32(21, true)
    return size((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1)
  }
  if (kind !== 0x56503858) return null
  const width = view.getUint32(24, true) & 0xffffff
  return size(width + 1, (view.getUint32(26, true) >>> 8) + 1)
}

function size(widthPx: number, heightPx: number): ImageSize {
  return { widthPx, heightPx }
}

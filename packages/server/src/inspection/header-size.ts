/** Reads width and height from the first bytes of images that this server does not decode. @module */

import type { PixelSize } from '../picture-limits.js'

/** Reads one format's header. Returns `null` if the bytes hold no size. */
type HeaderReader = (head: Buffer) => PixelSize | null

const READERS: ReadonlyMap<string, HeaderReader> = new Map([
  ['image/bmp', readBitmapSize],
  ['image/vnd.microsoft.icon', readIconSize],
])

/** Bytes before the information header of a bitmap. */
const FILE_HEADER_BYTES = 14
/** Size of the oldest bitmap header, whose width and height have 16 bits. */
const CORE_HEADER_BYTES = 12
/** Bytes before an icon's list of images, and bytes per entry of that list. */
const ICON = { listAt: 6, entryBytes: 16 } as const

/**
 * Reads the size of a bitmap or an icon.
 * @returns The size; `null` for other formats, for a truncated header, and for zero pixels.
 */
export function readHeaderSize(mimeType: string, head: Buffer): PixelSize | null {
  const size = READERS.get(mimeType)?.(head)
  return size && size.widthPx > 0 && size.heightPx > 0 ? size : null
}

function readBitmapSize(head: Buffer): PixelSize | null {
  const at = FILE_HEADER_BYTES + 4
  if (head.length < at + 8) return null
  if (head.readUInt32LE(FILE_HEADER_BYTES) === CORE_HEADER_BYTES) {
    return { widthPx: head.readUInt16LE(at), heightPx: head.readUInt16LE(at + 2) }
  }
  // A negative height means that the rows are stored from the top down.
  return { widthPx: head.readInt32LE(at), heightPx: Math.abs(head.readInt32LE(at + 4)) }
}

// Viewers show the largest image of an icon.
function readIconSize(head: Buffer): PixelSize | null {
  if (head.length < ICON.listAt) return null
  const { listAt, entryBytes } = ICON
  let largest: PixelSize | null = null
  for (let index = 0; index < head.readUInt16LE(4); index++) {
    const at = listAt + index * entryBytes
    if (head.length < at + entryBytes) break
    // A byte of 0 stands for 256.
    const size = { widthPx: head[at] || 256, heightPx: head[at + 1] || 256 }
    if (!largest || areaOf(size) > areaOf(largest)) largest = size
  }
  return largest
}

function areaOf({ widthPx, heightPx }: PixelSize): number {
  return widthPx * heightPx
}

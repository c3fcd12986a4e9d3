/** Creates images that slightly violate their format, by changing bytes of real encodings. @module */

import { crc32, deflateSync } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'

/** Creates an image without a flat area, so that every part of the file is needed. */
export function noise(widthPx = 400, heightPx = 300): Sharp {
  const texture = { type: 'gaussian', mean: 128, sigma: 60 } as const
  return sharp({
    create: { width: widthPx, height: heightPx, channels: 3, noise: texture, background: 'red' },
  })
}

/** Removes the last bytes. */
export function withoutEnd(bytes: Buffer, missing: number): Buffer {
  return bytes.subarray(0, bytes.length - missing)
}

/** Returns the first part of the bytes. */
export function startOf(bytes: Buffer, share: number): Buffer {
  return bytes.subarray(0, Math.floor(bytes.length * share))
}

/** Cuts a JPEG before its first scan: all headers and no image data. */
export function jpegHeaders(jpeg: Buffer): Buffer {
  return jpeg.subarray(0, scanAt(jpeg))
}

/** Cuts a JPEG after the header of its first scan, without image data. */
export function jpegScanHeader(jpeg: Buffer): Buffer {
  const at = scanAt(jpeg)
  return jpeg.subarray(0, at + 2 + jpeg.readUInt16BE(at + 2))
}

/** Sets the scan parameters that Samsung's cameras write into a JPEG. */
export function withSamsungScan(jpeg: Buffer): Buffer {
  const copy = Buffer.from(jpeg)
  const at = scanAt(copy)
  // The first and the last coefficient follow the components. The last one should be 63.
  copy[at + 5 + 2 * (copy[at + 4] ?? 0) + 1] = 0
  return copy
}

/** Adds stray bytes before a marker of a JPEG. */
export function withStrayBytes(jpeg: Buffer): Buffer {
  const at = scanAt(jpeg)
  return Buffer.concat([jpeg.subarray(0, at), Buffer.alloc(3), jpeg.subarray(at)])
}

/** Adds a segment after the start of a JPEG. */
export function withSegment(jpeg: Buffer, marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, content.length + 2])
  return Buffer.concat([jpeg.subarray(0, 2), head, content, jpeg.subarray(2)])
}

/** Adds a chunk after the header of a PNG. */
export function withChunk(png: Buffer, chunk: Buffer): Buffer {
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)])
}

/** Creates a PNG chunk. */
export function pngChunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const chunk = Buffer.alloc(8 + body.length)
  chunk.writeUInt32BE(content.length, 0)
  body.copy(chunk, 4)
  chunk.writeUInt32BE(crc32(body), 4 + body.length)
  return chunk
}

/** Inverts one byte. A negative index counts from the end. */
export function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  const index = at < 0 ? copy.length + at : at
  copy[index] = (copy[index] ?? 0) ^ 0xff
  return copy
}

/** An ICC profile chunk that holds no profile. */
export function brokenProfile(): Buffer {
  const content = Buffer.concat([
    Buffer.from('ICC\0\0', 'latin1'),
    deflateSync(Buffer.alloc(200, 3)),
  ])
  return pngChunk('iCCP', content)
}

function scanAt(jpeg: Buffer): number {
  return jpeg.indexOf(Buffer.from([0xff, 0xda]))
}

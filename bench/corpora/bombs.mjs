/**
 * Images that cost far more than their size, have false headers, or are not images. The server must
 * refuse all of them as images. @module
 */

import { crc32, deflateSync, gzipSync } from 'node:zlib'
import sharp from 'sharp'

/** @typedef {{ name: string, bytes: Buffer }} HostileFile */

/** Sizes that are too large for any header. */
const SIZES = [
  [65_535, 65_535],
  [10_000, 6_000],
  [16_384, 1],
  [1, 16_384],
  [30_000, 30_000],
]
const FORMATS = /** @type {const} */ (['jpeg', 'png', 'webp', 'gif', 'avif'])

/** Creates at least 60 files. @returns {Promise<HostileFile[]>} */
export async function createBombs() {
  const whole = await Promise.all(FORMATS.map(async (format) => [format, await picture(format)]))
  const pictures = /** @type {Record<(typeof FORMATS)[number], Buffer>} */ (
    Object.fromEntries(whole)
  )
  return [
    ...SIZES.flatMap(([width = 0, height = 0]) => sized(pictures, width, height)),
    ...floods(),
    ...animations(pictures.gif),
    ...FORMATS.flatMap((format) => truncated(format, pictures[format])),
    ...packed(pictures.png),
    ...otherFormats(),
    ...polyglots(pictures.png),
  ]
}

/** @param {(typeof FORMATS)[number]} format */
function picture(format) {
  const noise = /** @type {const} */ ({ type: 'gaussian', mean: 128, sigma: 60 })
  const create = {
    width: 120,
    height: 90,
    channels: /** @type {const} */ (3),
    noise,
    background: 'red',
  }
  return sharp({ create }).toFormat(format).toBuffer()
}

/**
 * Creates small files whose headers claim huge sizes.
 * @param {Record<(typeof FORMATS)[number], Buffer>} pictures
 * @param {number} width
 * @param {number} height
 */
function sized({ jpeg, webp, avif, gif }, width, height) {
  const size = `${width}x${height}`
  return [
    { name: `png of ${size}`, bytes: png({ width, height }) },
    { name: `interlaced png of ${size}`, bytes: png({ width, height, interlace: 1 }) },
    { name: `16-bit png of ${size}`, bytes: png({ width, height, depth: 16 }) },
    { name: `jpeg of ${size}`, bytes: jpegOf(jpeg, width, height) },
    { name: `gif of ${size}`, bytes: gifOf(gif, width, height) },
    { name: `webp of ${size}`, bytes: webpOf(webp, width, height) },
    { name: `avif of ${size}`, bytes: avifOf(avif, width, height) },
  ]
}

/** Creates images with huge numbers of real pixels that compress to almost nothing. */
function floods() {
  return [
    {
      name: 'flood of 268 megapixels',
      bytes: png({ width: 16_384, height: 16_384, depth: 1, isFilled: true }),
    },
    {
      name: 'flood of 51 megapixels',
      bytes: png({ width: 10_200, height: 5_000, depth: 1, isFilled: true }),
    },
    {
      name: 'flood of text',
      bytes: png({ width: 8, height: 8, chunk: ['zTXt', textBomb()], isFilled: false }),
    },
    {
      name: 'flood of a profile',
      bytes: png({ width: 8, height: 8, chunk: ['iCCP', textBomb()], isFilled: false }),
    },
  ]
}

/** @param {Buffer} gif */
function animations(gif) {
  const end = gif.length - 1
  const frameAt = firstFrame(gif)
  const frame = gif.subarray(frameAt, end)
  const many = (/** @type {number} */ count) => Array.from({ length: count }, () => frame)
  const head = Buffer.from(gif.subarray(0, frameAt))
  head.writeUInt16LE(2000, 6)
  head.writeUInt16LE(2000, 8)
  return [30, 200].map((count) => ({
    name: `gif of ${count} frames of 4 megapixels`,
    bytes: Buffer.concat([head, ...many(count), Buffer.from([0x3b])]),
  }))
}

/** @param {string} format @param {Buffer} bytes */
function truncated(format, bytes) {
  return [0.02, 0.3, 0.6].map((share) => ({
    name: `${format} cut at ${share * 100} %`,
    bytes: bytes.subarray(0, Math.max(16, Math.floor(bytes.length * share))),
  }))
}

/** @param {Buffer} inner */
function packed(inner) {
  const nested = gzipSync(gzipSync(gzipSync(Buffer.alloc(5_000_000))))
  return [
    { name: 'gzip of a picture', bytes: gzipSync(inner) },
    { name: 'gzip in gzip in gzip', bytes: nested },
    { name: 'svgz', bytes: gzipSync(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')) },
    { name: 'zip', bytes: Buffer.concat([Buffer.from('PK\u0003\u0004'), inner]) },
    { name: 'bzip2', bytes: Buffer.concat([Buffer.from('BZh91AY&SY'), inner]) },
    { name: 'xz', bytes: Buffer.concat([Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), inner]) },
    {
      name: '7z',
      bytes: Buffer.concat([Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), inner]),
    },
  ]
}

function otherFormats() {
  const laughs = Array.from(
    { length: 9 },
    (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`,
  )
  return [
    {
      name: 'svg of a billion laughs',
      bytes: Buffer.from(
        `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY l0 "x">${laughs.join('')}]><svg xmlns="http://www.w3.org/2000/svg"><text>&l9;</text></svg>`,
      ),
    },
    {
      name: 'svg of 100000x100000',
      bytes: Buffer.from(
        '<svg xmlns="http://www.w3.org/2000/svg" width="100000" height="100000"/>',
      ),
    },
    { name: 'pdf', bytes: Buffer.from('%PDF-1.7\n1 0 obj<</MediaBox[0 0 99999 99999]>>endobj') },
    { name: 'tiff', bytes: tiff() },
    { name: 'bmp of 65535x65535', bytes: bmp() },
    {
      name: 'psd',
      bytes: Buffer.from('8BPS\u0000\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0003'),
    },
    {
      name: 'jpeg 2000',
      bytes: Buffer.from('0000000c6a5020200d0a870a00000014667479706a703220', 'hex'),
    },
    { name: 'jpeg xl', bytes: Buffer.from('0000000c4a584c200d0a870a', 'hex') },
    {
      name: 'heic',
      bytes: Buffer.from('000000186674797068656963000000006d696631686569630000', 'hex'),
    },
    { name: 'ico', bytes: Buffer.from('00000100010000000100200030000000160000000', 'hex') },
    {
      name: 'eps',
      bytes: Buffer.from('%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99999 99999\n'),
    },
    { name: 'postscript that never ends', bytes: Buffer.from('%!PS\n{} loop\n') },
  ]
}

/** @param {Buffer} picture */
function polyglots(picture) {
  const html = '<html><script>alert(1)</script>'
  return [
    { name: 'gif that is a script', bytes: Buffer.from('GIF89a/*\u0000\u0000*/=1;alert(1)//;') },
    { name: 'gif that is a page', bytes: Buffer.from(`GIF89a${html}`) },
    {
      name: 'jpeg that is a page',
      bytes: Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(html)]),
    },
    {
      name: 'png that is a page',
      bytes: Buffer.concat([picture.subarray(0, 8), Buffer.from(html)]),
    },
    { name: 'webp that is a page', bytes: Buffer.from(`RIFF\u0000\u0000\u0000\u0000WEBP${html}`) },
    {
      name: 'avif that is a page',
      bytes: Buffer.concat([
        Buffer.from('0000001c66747970617669660000000061766966', 'hex'),
        Buffer.from(html),
      ]),
    },
    { name: 'page before a picture', bytes: Buffer.concat([Buffer.from(html), picture]) },
    { name: 'png with a wrong checksum', bytes: flipped(picture, picture.length - 20) },
  ]
}

/**
 * @param {{ width: number, height: number, depth?: number, interlace?: number, isFilled?: boolean, chunk?: readonly [string, Buffer] }} options
 */
function png({ width, height, depth = 8, interlace = 0, isFilled, chunk }) {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([depth, 0, 0, 0, interlace], 8)
  const rowBytes = 1 + Math.ceil((width * depth) / 8)
  const rows = isFilled === true ? rowBytes * height : 32
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    ...(chunk ? [pngChunk(...chunk)] : []),
    pngChunk('IDAT', deflateSync(Buffer.alloc(rows), { level: 9 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

/** @param {string} type @param {Buffer} data */
function pngChunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

function textBomb() {
  return Buffer.concat([
    Buffer.from('x\u0000\u0000', 'latin1'),
    deflateSync(Buffer.alloc(30_000_000)),
  ])
}

/** @param {Buffer} bytes @param {number} width @param {number} height */
function jpegOf(bytes, width, height) {
  const copy = Buffer.from(bytes)
  const frame = copy.findIndex(
    (byte, at) => byte === 0xff && [0xc0, 0xc2].includes(copy[at + 1] ?? 0),
  )
  copy.writeUInt16BE(Math.min(height, 65_535), frame + 5)
  copy.writeUInt16BE(Math.min(width, 65_535), frame + 7)
  return copy
}

/** @param {Buffer} bytes @param {number} width @param {number} height */
function gifOf(bytes, width, height) {
  const copy = Buffer.from(bytes)
  const frame = firstFrame(copy)
  for (const at of [6, frame + 5]) {
    copy.writeUInt16LE(width, at)
    copy.writeUInt16LE(height, at + 2)
  }
  return copy
}

/** Returns the offset of the first image descriptor, after the colors and the extensions. @param {Buffer} gif */
function firstFrame(gif) {
  const flags = gif[10] ?? 0
  let at = 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)
  while (gif[at] === 0x21) {
    at += 2
    while (gif[at] !== 0) at += 1 + (gif[at] ?? 0)
    at += 1
  }
  return at
}

/** Creates a WebP in the extended form, whose canvas size has 24 bits. @param {Buffer} bytes @param {number} width @param {number} height */
function webpOf(bytes, width, height) {
  const extended = Buffer.alloc(18)
  extended.write('VP8X', 0, 'latin1')
  extended.writeUInt32LE(10, 4)
  extended.writeUIntLE(width - 1, 12, 3)
  extended.writeUIntLE(height - 1, 15, 3)
  const copy = Buffer.concat([bytes.subarray(0, 12), extended, bytes.subarray(12)])
  copy.writeUInt32LE(copy.length - 8, 4)
  return copy
}

/** @param {Buffer} bytes @param {number} width @param {number} height */
function avifOf(bytes, width, height) {
  const copy = Buffer.from(bytes)
  const size = copy.indexOf('ispe', 0, 'latin1')
  copy.writeUInt32BE(width, size + 8)
  copy.writeUInt32BE(height, size + 12)
  return copy
}

function tiff() {
  const entries = [
    [256, 4, 1, 99_999],
    [257, 4, 1, 99_999],
  ]
  const bytes = Buffer.alloc(10 + entries.length * 12 + 4)
  bytes.write('II*\u0000', 0, 'latin1')
  bytes.writeUInt32LE(8, 4)
  bytes.writeUInt16LE(entries.length, 8)
  for (const [at, [tag = 0, type = 0, count = 0, value = 0]] of entries.entries()) {
    bytes.writeUInt16LE(tag, 10 + at * 12)
    bytes.writeUInt16LE(type, 12 + at * 12)
    bytes.writeUInt32LE(count, 14 + at * 12)
    bytes.writeUInt32LE(value, 18 + at * 12)
  }
  return bytes
}

function bmp() {
  const bytes = Buffer.alloc(54)
  bytes.write('BM', 0, 'latin1')
  bytes.writeUInt32LE(54, 10)
  bytes.writeUInt32LE(40, 14)
  bytes.writeInt32LE(65_535, 18)
  bytes.writeInt32LE(65_535, 22)
  bytes.writeUInt16LE(1, 26)
  bytes.writeUInt16LE(24, 28)
  return bytes
}

/** @param {Buffer} bytes @param {number} at */
function flipped(bytes, at) {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 0xff
  return copy
}

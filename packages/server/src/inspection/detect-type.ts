/** Detects the type of a file from its first bytes. Checks for text first, because a short magic number may also be a word in a note. @module */

import { contentOf, looksLikeText, MEDIA_TYPES } from '@countersign/protocol/media-types'
import { decodeXml, startsWithSvg } from './svg-root.js'

/** Type of a file according to its first bytes. */
export interface DetectedType {
  /** Media type by its usual name; `undefined` for general text and for unknown bytes. */
  readonly mimeType: string | undefined
  /** Lower-case extension of that type, or `''`. */
  readonly extension: string
  /** True if every byte may occur in text. */
  readonly isText: boolean
  /** Type of text without a declared type: `application/xml`, `text/calendar`, else `text/plain`. */
  readonly textType: string
}

type Magic = { readonly mime: string; readonly ext: string } | undefined

/** Formats that consist of text, and how their files begin. */
const TEXT_FORMATS: ReadonlyMap<string, RegExp> = new Map([
  ['application/pdf', /^\s*%PDF-\d\.\d/],
  ['application/postscript', /^%!PS/],
  ['application/rtf', /^\{\\rtf\d/],
])

/** Types with a magic number of two bytes, which any binary data may begin with. A second field must match too. */
const VERIFIED: ReadonlyMap<string, (head: Buffer) => boolean> = new Map([
  ['bmp', isBitmapHeader],
  ['ico', isIconHeader],
  ['cur', isIconHeader],
  ['ac3', isAc3Header],
  ['arj', () => false],
  ['cpio', () => false],
  ['dmg', () => false],
])

/** Sizes of the information header in all versions of BMP. */
const BITMAP_HEADERS: readonly number[] = [12, 16, 40, 52, 56, 64, 108, 124]

/**
 * Detects the type of a file.
 * @param head The first bytes of the file: 4,100, or for XML all bytes up to the root element.
 */
export async function detectType(head: Buffer): Promise<DetectedType> {
  const isText = looksLikeText(head.toString('latin1'))
  const magic = await readMagic(head)
  return isText ? textFormat(head, magic) : { ...binaryFormat(head, magic), ...BINARY }
}

const BINARY = { isText: false, textType: 'text/plain' } as const

async function readMagic(head: Buffer): Promise<Magic> {
  const { fileTypeFromBuffer } = await import('file-type')
  return fileTypeFromBuffer(head)
}

function textFormat(head: Buffer, magic: Magic): DetectedType {
  const text = decodeXml(head)
  if (startsWithSvg(text)) {
    return { mimeType: 'image/svg+xml', extension: 'svg', isText: true, textType: 'text/plain' }
  }
  for (const [mimeType, pattern] of TEXT_FORMATS) {
    const entry = MEDIA_TYPES.find(mimeType)
    if (pattern.test(text)) {
      return { mimeType, extension: entry?.extensions[0] ?? '', isText: true, textType: mimeType }
    }
  }
  const isTextType = magic && contentOf(magic.mime).container === 'text'
  const textType = isTextType ? MEDIA_TYPES.nameOf(magic.mime) : 'text/plain'
  return { mimeType: undefined, extension: '', isText: true, textType }
}

function binaryFormat(head: Buffer, magic: Magic): Pick<DetectedType, 'mimeType' | 'extension'> {
  if (!magic) return withoutMagic(head)
  if (VERIFIED.get(magic.ext)?.(head) === false) return named(undefined, '')
  // An animated PNG is a PNG by name, by type and for every decoder.
  if (magic.ext === 'apng') return named('image/png', 'png')
  if (magic.mime.startsWith('image/heif')) return heifFormat(head)
  const entry = MEDIA_TYPES.find(magic.mime)
  const isUsual = entry === undefined || entry.extensions.includes(magic.ext)
  return named(MEDIA_TYPES.nameOf(magic.mime), isUsual ? magic.ext : (entry.extensions[0] ?? ''))
}

function named(mimeType: string | undefined, extension: string) {
  return { mimeType, extension }
}

/** Detects two formats that the library misses: a TIFF with its directory at the end, and a PDF after blank lines. */
function withoutMagic(head: Buffer) {
  const start = head.toString('latin1', 0, 1024)
  if (/^(?:II[*+]\0|MM\0[*+])/.test(start)) return named('image/tiff', 'tif')
  return /^\s*%PDF-\d/.test(start) ? named('application/pdf', 'pdf') : named(undefined, '')
}

/** Detects HEIF with a general major brand. The compatible brands name the codec of its images (ISO/IEC 23008-12, 10.2). */
function heifFormat(head: Buffer) {
  const brands = head.toString('latin1', 8, Math.min(head.readUInt32BE(0), 256))
  return /avi[fs]/.test(brands) ? named('image/avif', 'avif') : named('image/heic', 'heic')
}

function isBitmapHeader(head: Buffer): boolean {
  return head.length >= 26 && BITMAP_HEADERS.includes(head.readUInt32LE(14))
}

// Checks the reserved byte of the first entry, because a TGA image begins like an icon without entries.
function isIconHeader(head: Buffer): boolean {
  return head.length >= 22 && head.readUInt16LE(4) > 0 && head[9] === 0
}

// Checks sample rate, frame size and version (ATSC A/52, 5.4.1 and 5.4.2.1).
function isAc3Header(head: Buffer): boolean {
  const [rates = 0xff, version = 0xff] = head.subarray(4, 6)
  return rates >> 6 !== 3 && (rates & 0x3f) < 38 && version >> 3 <= 16
}

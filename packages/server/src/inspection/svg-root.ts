/** Recognizes SVG by its root element. Expands entities only in the attributes of that element. @module */

import { open } from 'node:fs/promises'
import type { PixelSize } from '../picture-limits.js'
import { readDocumentType } from './svg-document-type.js'

/** A staged file with its first bytes in memory. */
export interface TextFile {
  readonly head: Buffer
  /** Local path. */
  readonly path: string
  readonly bytes: number
}

/** The root element of an SVG. */
interface SvgRoot {
  /** Values by attribute name. */
  readonly attributes: ReadonlyMap<string, string>
  /** False if the text ends within the start tag. */
  readonly isWhole: boolean
}

const SVG_NAMESPACE = 'http://www.w3.org/2000/svg'
/** Bytes to read if the first bytes end before the root element. */
const MAX_PROLOGUE_BYTES = 128 * 1024

/**
 * Returns the first bytes of a file. Reads up to 128 KiB if the file looks like XML and `head` ends before the root element's start tag.
 */
export async function readPrologue({ head, path, bytes }: TextFile): Promise<Buffer> {
  if (bytes <= head.length) return head
  const text = decodeXml(head)
  if (!/^\s*</.test(text) || readSvgRoot(text)?.isWhole) return head
  const file = await open(path)
  try {
    const longer = Buffer.alloc(Math.min(bytes, MAX_PROLOGUE_BYTES))
    const { bytesRead } = await file.read(longer, 0, longer.length, 0)
    return longer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** Returns the text of XML in UTF-8 or UTF-16, without its byte-order mark. */
export function decodeXml(bytes: Buffer): string {
  const mark = bytes.toString('latin1', 0, 2)
  if (mark === '\xfe\xff') return new TextDecoder('utf-16be').decode(bytes)
  return new TextDecoder(mark === '\xff\xfe' ? 'utf-16le' : 'utf-8').decode(bytes)
}

/**
 * Returns true if the root element is `svg`, with or without a prefix, and the document type declares only plain text.
 * Returns false for a document type that nests entities, reads files or defines attributes.
 */
export function startsWithSvg(text: string): boolean {
  return readSvgRoot(text) !== null
}

/**
 * Reads the natural size of an SVG: `width` and `height`, else the `viewBox`.
 * @returns CSS pixels, rounded; `null` if the text is no SVG or has no size.
 */
export function readSvgSize(text: string): PixelSize | null {
  const attributes = readSvgRoot(text)?.attributes
  if (!attributes) return null
  const [, , boxWidth = 0, boxHeight = 0] = (attributes.get('viewBox') ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number)
  const width = toPixels(attributes.get('width'))
  const height = toPixels(attributes.get('height'))
  const ratio = boxWidth / boxHeight
  return toSize(
    width ?? (height === null ? boxWidth : height * ratio),
    height ?? (width === null ? boxHeight : width / ratio),
  )
}

// One step per match, so that the time grows only linearly with the input.
const MISC = /\s+|<\?(?:[^?]|\?(?!>))*\?>|<!--(?:[^-]|-(?!->))*-->/y
const ROOT = /<(?:([\p{L}_][\p{L}\p{M}\p{N}._-]*):)?svg(?=[\s/>])/iuy
const ATTRIBUTE = /\s+([^\s=<>"'/]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y
const TAG_END = /\s*\/?>/y

function readSvgRoot(text: string): SvgRoot | null {
  let at = skipMisc(text, 0)
  const documentType = readDocumentType(text, at)
  if (documentType === 'refused') return null
  if (documentType) at = skipMisc(text, documentType.end)
  ROOT.lastIndex = at
  const root = ROOT.exec(text)
  if (!root) return null
  const { attributes, end } = readAttributes(text, ROOT.lastIndex, documentType?.entities)
  TAG_END.lastIndex = end
  const [, prefix] = root
  if (prefix !== undefined && attributes.get(`xmlns:${prefix}`) !== SVG_NAMESPACE) return null
  return { attributes, isWhole: TAG_END.test(text) }
}

function skipMisc(text: string, from: number): number {
  let at = from
  MISC.lastIndex = at
  while (MISC.test(text)) at = MISC.lastIndex
  return at
}

function readAttributes(
  text: string,
  from: number,
  entities: ReadonlyMap<string, string> = new Map(),
): { attributes: Map<string, string>; end: number } {
  const attributes = new Map<string, string>()
  let end = from
  ATTRIBUTE.lastIndex = from
  for (let found = ATTRIBUTE.exec(text); found; found = ATTRIBUTE.exec(text)) {
    const [, name = '', double, single] = found
    const value = (double ?? single ?? '').replace(
      /&([^\s&;]+);/g,
      (whole, entity: string) => entities.get(entity) ?? whole,
    )
    attributes.set(name, value)
    end = ATTRIBUTE.lastIndex
  }
  return { attributes, end }
}

/** Pixels per CSS unit of fixed length. */
const PIXELS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['px', 1],
  ['pt', 96 / 72],
  ['pc', 16],
  ['mm', 96 / 25.4],
  ['cm', 96 / 2.54],
  ['in', 96],
])

/** Converts a CSS length to pixels. @returns `null` for other text, for a percentage, and for a unit that depends on the page. */
function toPixels(length: string | undefined): number | null {
  const [, value, unit = ''] =
    /^\s*\+?([\d.]+(?:e[+-]?\d+)?)\s*([a-z]*)\s*$/i.exec(length ?? '') ?? []
  const factor = PIXELS_PER_UNIT.get(unit.toLowerCase())
  return value === undefined || factor === undefined ? null : Number(value) * factor
}

function toSize(width: number, height: number): PixelSize | null {
  const size = { widthPx: Math.round(width), heightPx: Math.round(height) }
  const isKnown = Object.values(size).every((side) => side >= 1 && side <= MAX_SIDE_PX)
  return isKnown ? size : null
}

/** Maximum side in pixels. A larger drawing has no size. */
const MAX_SIDE_PX = 1_000_000

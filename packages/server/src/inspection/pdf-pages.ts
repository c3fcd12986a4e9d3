/** Counts the pages of a PDF. Reads the count in the page tree, which the cross-reference locates. Reads no page. @module */

import { type BudgetedPdf, budgetPdf, type PdfBytes } from './pdf-budget.js'
import {
  isPdfReference,
  type PdfDict,
  type PdfValue,
  readPdfDict,
  skipPdfBlanks,
} from './pdf-values.js'

/** Location of an object: an offset in the file, or the number of the object whose stream contains it. */
type Place = { readonly offset: number } | { readonly container: number }

/** One section of the cross-reference. */
interface Section {
  readonly trailer: PdfDict
  /** Returns the location of an object; `undefined` if this section does not list it. */
  find(objectNumber: number): Promise<Place | undefined>
}

/** Maximum sections to read. Each update of a document adds one. */
const MAX_SECTIONS = 64
/** Maximum bytes of an object without a stream. */
const MAX_OBJECT_BYTES = 64 * 1024
/** Maximum bytes of an object in a stream, such as a list of all pages. */
const MAX_MEMBER_BYTES = 1024 * 1024
const TAIL_BYTES = 2048
/** Maximum bytes of a subsection's first line, with white space before it. */
const HEAD_BYTES = 64
const ENTRY_BYTES = 20
const MAX_PAGES = 1_000_000

/**
 * Returns the number of pages that a PDF declares.
 * @returns `null` if the number is invalid or cannot be read within the limits, for example in an encrypted or damaged file.
 */
export async function countPdfPages(bytes: PdfBytes): Promise<number | null> {
  const file = budgetPdf(bytes)
  try {
    const sections = await readSections(file)
    const objects = createObjects(file, sections)
    const root = await objects.dict(sections[0]?.trailer.get('Root'))
    const pages = await objects.dict(root.get('Pages'))
    const count = pages.get('Count')
    const isCount = typeof count === 'number' && Number.isInteger(count)
    return isCount && count > 0 && count <= MAX_PAGES ? count : null
  } catch {
    return null
  }
}

/** Reads the sections of the cross-reference, newest first. */
async function readSections(file: BudgetedPdf): Promise<readonly Section[]> {
  const from = Math.max(0, file.size - TAIL_BYTES)
  const tail = toText(await file.read(from, TAIL_BYTES))
  const last = /^startxref\s+(\d+)/.exec(tail.slice(tail.lastIndexOf('startxref')))
  const waiting: (PdfValue | undefined)[] = [Number(last?.[1] ?? Number.NaN)]
  const seen = new Set<PdfValue>()
  const sections: Section[] = []
  while (waiting.length > 0 && sections.length < MAX_SECTIONS) {
    const offset = waiting.shift()
    if (offset === undefined || seen.has(offset)) continue
    seen.add(offset)
    const section = await readSection(file, numberOf(offset))
    sections.push(section)
    // The stream of a hybrid file overrides older sections.
    waiting.unshift(section.trailer.get('XRefStm'), section.trailer.get('Prev'))
  }
  return sections
}

async function readSection(file: BudgetedPdf, offset: number): Promise<Section> {
  const text = toText(await file.read(offset, TAIL_BYTES))
  const start = skipPdfBlanks(text, 0)
  return text.startsWith('xref', start)
    ? readTable(file, offset + start + 4)
    : readCrossReferenceStream(file, offset)
}

interface Subsection {
  readonly first: number
  readonly count: number
  readonly offset: number
}

async function readTable(file: BudgetedPdf, start: number): Promise<Section> {
  const subsections: Subsection[] = []
  for (let at = start; ; ) {
    const text = toText(await file.read(at, HEAD_BYTES))
    const head = /^\s*(\d+)\s+(\d+)\s*?(?:\r\n|\n|\r)/.exec(text)
    if (!head) return { trailer: await readTrailer(file, at), find }
    const offset = at + head[0].length
    const count = Number(head[2])
    subsections.push({ first: Number(head[1]), count, offset })
    at = offset + count * ENTRY_BYTES
  }

  async function find(wanted: number): Promise<Place | undefined> {
    const holder = subsections.find(({ first, count }) => wanted >= first && wanted < first + count)
    if (!holder) return undefined
    const at = holder.offset + (wanted - holder.first) * ENTRY_BYTES
    const entry = /^(\d{10}) \d{5} n/.exec(toText(await file.read(at, ENTRY_BYTES)))
    return entry ? { offset: Number(entry[1]) } : undefined
  }
}

async function readTrailer(file: BudgetedPdf, offset: number): Promise<PdfDict> {
  const text = toText(await file.read(offset, MAX_OBJECT_BYTES))
  const start = skipPdfBlanks(text, 0)
  if (!text.startsWith('trailer', start)) throw new SyntaxError('a table without its trailer')
  return readPdfDict(text, start + 'trailer'.length).dict
}

async function readCrossReferenceStream(file: BudgetedPdf, offset: number): Promise<Section> {
  const { dict: trailer, bytes } = await readStream(file, offset)
  const [typeBytes = 0, placeBytes = 0, restBytes = 0] = numbersOf(trailer.get('W'))
  const entryBytes = typeBytes + placeBytes + restBytes
  if (entryBytes < 1 || entryBytes > 24) throw new SyntaxError('entries of no size')
  const index = trailer.has('Index')
    ? numbersOf(trailer.get('Index'))
    : [0, numberOf(trailer.get('Size'))]

  async function find(wanted: number): Promise<Place | undefined> {
    let passed = 0
    for (let piece = 0; piece + 1 < index.length; piece += 2) {
      const [first = 0, count = 0] = index.slice(piece, piece + 2)
      if (wanted >= first && wanted < first + count) return placeAt(passed + wanted - first)
      passed += count
    }
    return undefined
  }

  function placeAt(position: number): Place | undefined {
    const entry = bytes.subarray(position * entryBytes, (position + 1) * entryBytes)
    if (entry.length < entryBytes) return undefined
    const type = typeBytes === 0 ? 1 : toNumber(entry.subarray(0, typeBytes))
    const place = toNumber(entry.subarray(typeBytes, typeBytes + placeBytes))
    if (type === 1) return { offset: place }
    return type === 2 ? { container: place } : undefined
  }

  return { trailer, find }
}

interface Objects {
  /** Returns the dictionary that a reference points to. */
  dict(reference: PdfValue | undefined): Promise<PdfDict>
}

function createObjects(file: BudgetedPdf, sections: readonly Section[]): Objects {
  async function find(wanted: number): Promise<Place> {
    for (const section of sections) {
      const place = await section.find(wanted)
      if (place) return place
    }
    throw new SyntaxError(`object ${wanted} is nowhere`)
  }

  async function readMember(container: number, wanted: number): Promise<PdfDict> {
    const place = await find(container)
    if (!('offset' in place)) throw new SyntaxError('a stream in a stream')
    const { dict, bytes } = await readStream(file, place.offset)
    const first = numberOf(dict.get('First'))
    const text = toText(bytes)
    const pairs = text.slice(0, first).trim().split(/\s+/, MAX_OBJECT_BYTES).map(Number)
    const at = pairs.findIndex((number, index) => index % 2 === 0 && number === wanted)
    const start = first + numberOf(pairs[at + 1])
    return readPdfDict(text.slice(start, start + MAX_MEMBER_BYTES), 0).dict
  }

  return {
    async dict(reference) {
      if (!isPdfReference(reference)) throw new SyntaxError('no reference')
      const { objectNumber } = reference
      const place = await find(objectNumber)
      if ('container' in place) return readMember(place.container, objectNumber)
      const text = toText(await file.read(place.offset, MAX_OBJECT_BYTES))
      return readPdfDict(text, startOfValue(text, objectNumber)).dict
    },
  }
}

async function readStream(
  file: BudgetedPdf,
  offset: number,
): Promise<{ dict: PdfDict; bytes: Buffer }> {
  const text = toText(await file.read(offset, MAX_OBJECT_BYTES))
  const { dict, end } = readPdfDict(text, startOfValue(text))
  const keyword = /^\s*stream(?:\r\n|\n)/.exec(text.slice(end))
  const length = numberOf(dict.get('Length'))
  if (!keyword) throw new SyntaxError('no stream')
  const stored = await file.read(offset + end + keyword[0].length, length)
  return { dict, bytes: unpredict(await decode(file, stored, dict), dict) }
}

async function decode(file: BudgetedPdf, stored: Buffer, dict: PdfDict): Promise<Buffer> {
  const filter = [dict.get('Filter')].flat()
  if (filter[0] === undefined) return stored
  if (filter.length > 1 || filter[0] !== '/FlateDecode') throw new SyntaxError('another filter')
  return file.inflate(stored)
}

/** Reverses PNG prediction from the row above. PDF writers use it to compress cross-references. */
function unpredict(bytes: Buffer, dict: PdfDict): Buffer {
  const parameters = [dict.get('DecodeParms')].flat()[0]
  if (!(parameters instanceof Map)) return bytes
  const predictor = parameters.get('Predictor') ?? 1
  if (predictor === 1) return bytes
  const columns = numberOf(parameters.get('Columns') ?? 1)
  if (numberOf(predictor) < 10 || columns < 1) throw new SyntaxError('another predictor')
  const rows = Math.floor(bytes.length / (columns + 1))
  const plain = Buffer.alloc(rows * columns)
  for (let row = 0; row < rows; row += 1) {
    const filter = bytes[row * (columns + 1)]
    if (filter !== 0 && filter !== 2) throw new SyntaxError('another filter of a row')
    for (let column = 0; column < columns; column += 1) {
      const at = row * columns + column
      const above = filter === 2 && row > 0 ? (plain[at - columns] ?? 0) : 0
      plain[at] = (bytes[row * (columns + 1) + 1 + column] ?? 0) + above
    }
  }
  return plain
}

/** Returns the position after a head such as `12 0 obj`. @throws SyntaxError if the head is missing or has another number. */
function startOfValue(text: string, objectNumber?: number): number {
  const head = /^\s*(\d+)\s+\d+\s+obj/.exec(text)
  if (!head || (objectNumber !== undefined && Number(head[1]) !== objectNumber)) {
    throw new SyntaxError('another object stands there')
  }
  return head[0].length
}

function numbersOf(value: PdfValue | undefined): readonly number[] {
  return [value].flat().map((item) => numberOf(item as PdfValue | undefined))
}

function numberOf(value: PdfValue | undefined): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new SyntaxError('no number')
}

function toNumber(bytes: Buffer): number {
  return bytes.reduce((number, byte) => number * 256 + byte, 0)
}

function toText(bytes: Buffer): string {
  return bytes.toString('latin1')
}

/** Parses the values of PDF syntax: numbers, names, references, arrays and dictionaries. Skips strings. @module */

/** A reference to another object, such as `12 0 R`. */
export interface PdfReference {
  readonly objectNumber: number
}

/** A parsed value. A name is text with its slash. A string is `null`, because no caller needs its text. */
export type PdfValue =
  | number
  | string
  | boolean
  | null
  | PdfReference
  | PdfDict
  | readonly PdfValue[]

/** A dictionary: values by name, without the slash. */
export type PdfDict = ReadonlyMap<string, PdfValue>

/** A parsed value, and the index of the first character after it. */
export interface ReadValue {
  readonly value: PdfValue
  readonly end: number
}

/** Maximum depth of nested arrays and dictionaries. */
const MAX_DEPTH = 16

const BLANKS = /(?:[\0\t\n\f\r ]+|%[^\r\n]*)*/y
const TOKEN =
  /(?<reference>(\d{1,10})[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+R(?![A-Za-z]))|(?<number>[+-]?(?:\d+\.?\d*|\.\d+))|\/(?<name>[^\0\t\n\f\r ()<>[\]{}/%]*)|(?<open><<|\[)|(?<close>>>|\])|(?<hex><[\0\t\n\f\r 0-9A-Fa-f]*>)|(?<word>[A-Za-z]+)/y

/**
 * Reads the value at a position.
 * @param text Content of the file, one character per byte.
 * @throws SyntaxError if there is no value, or if the text ends within the value.
 */
export function readPdfValue(text: string, start: number, depth = 0): ReadValue {
  const at = skipPdfBlanks(text, start)
  if (text[at] === '(') return { value: null, end: endOfString(text, at) }
  TOKEN.lastIndex = at
  const match = TOKEN.exec(text)
  if (!match || depth > MAX_DEPTH) throw new SyntaxError(`no value at ${at}`)
  const { number, name, open, close, word } = match.groups ?? {}
  const end = TOKEN.lastIndex
  if (match.groups?.reference) return { value: { objectNumber: Number(match[2]) }, end }
  if (number !== undefined) return { value: Number(number), end }
  if (name !== undefined) return { value: `/${name}`, end }
  if (open === '[') return readArray(text, end, depth + 1)
  if (open === '<<') return readDict(text, end, depth + 1)
  if (close !== undefined) throw new SyntaxError(`${close} without its beginning`)
  return { value: word === 'true' ? true : word === 'false' ? false : null, end }
}

/**
 * Reads the dictionary at a position.
 * @throws SyntaxError if there is no dictionary.
 */
export function readPdfDict(text: string, start: number): { dict: PdfDict; end: number } {
  const { value, end } = readPdfValue(text, start)
  if (!(value instanceof Map)) throw new SyntaxError(`no dictionary at ${start}`)
  return { dict: value, end }
}

/** Returns the index of the next token, after white space and comments. */
export function skipPdfBlanks(text: string, start: number): number {
  BLANKS.lastIndex = start
  BLANKS.exec(text)
  return BLANKS.lastIndex
}

/** Returns true if a value is a reference. */
export function isPdfReference(value: PdfValue | undefined): value is PdfReference {
  return typeof value === 'object' && value !== null && 'objectNumber' in value
}

function readArray(text: string, start: number, depth: number): ReadValue {
  const values: PdfValue[] = []
  for (let at = start; ; ) {
    at = skipPdfBlanks(text, at)
    if (text[at] === ']') return { value: values, end: at + 1 }
    const { value, end } = readPdfValue(text, at, depth)
    values.push(value)
    at = end
  }
}

function readDict(text: string, start: number, depth: number): ReadValue {
  const dict = new Map<string, PdfValue>()
  for (let at = start; ; ) {
    at = skipPdfBlanks(text, at)
    if (text.startsWith('>>', at)) return { value: dict, end: at + 2 }
    const name = readPdfValue(text, at, depth)
    if (typeof name.value !== 'string') throw new SyntaxError(`no name at ${at}`)
    const { value, end } = readPdfValue(text, name.end, depth)
    dict.set(name.value.slice(1), value)
    at = end
  }
}

function endOfString(text: string, start: number): number {
  let open = 0
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '(') open += 1
    else if (text[at] === ')') open -= 1
    if (open === 0) return at + 1
  }
  throw new SyntaxError('a string without its end')
}

/** Reads a JSON form. Streams the text of the top-level `file`; collects the rest within a size limit and parses it at once. @module */

import { MediaError } from '@countersign/protocol/errors'
import { type BodyReading, bodyTooLarge, MAX_CALL_BYTES } from './body-reading.js'
import { repeated } from './fields.js'
import { createJsonString, notJson } from './json-string.js'
import type { RequestChunks } from './request-chunks.js'

/**
 * Reads a JSON form to the end of its body.
 * @throws MediaError BODY_INVALID for anything but one JSON object in UTF-8, PARAM_INVALID for a repeated name, and the errors of `reading`.
 */
export async function readJson(reading: BodyReading): Promise<void> {
  const input = createInput(reading.chunks)
  const object = createOutline()
  /** The body with an empty string in place of the text of `file`. */
  let rest = ''
  const added = new Set<string>()

  for (let isWhole = false; !isWhole; ) {
    const { text } = input
    const end = object.scan(text)
    input.text = text.slice(end)
    rest += text.slice(0, end)
    if (rest.length > MAX_CALL_BYTES) throw bodyTooLarge(MAX_CALL_BYTES)
    reading.hold(rest.length)
    if (object.isInFile) {
      // The body so far is valid JSON once the string and the object are closed.
      addMembers(`${rest}"}`)
      await reading.onText(fileText())
      for await (const _ of fileText());
      object.leaveFile()
    } else isWhole = !(await input.readMore())
  }
  addMembers(rest)

  function addMembers(json: string): void {
    for (const [name, value] of Object.entries(parseObject(json))) {
      if (name === 'file') assertText(value)
      else if (!added.has(name)) {
        for (const [key, member] of pairs(name, value)) reading.add(key, member)
      }
      added.add(name)
    }
  }
  /** Yields the text of the string at the start of `input.text`, as UTF-8. Stops before the closing quote. */
  async function* fileText(): AsyncGenerator<Buffer> {
    const string = createJsonString()
    for (;;) {
      const { text, end } = string.write(input.text)
      if (text !== '') yield Buffer.from(text)
      if (end >= 0) {
        input.text = input.text.slice(end)
        return
      }
      if (!(await input.readMore())) throw notJson()
    }
  }
}

/** Decoded text of the body that is not consumed yet. */
interface Input {
  text: string
  /** Reads the next chunk. Returns false after the last chunk. */
  readMore(): Promise<boolean>
}

function createInput(chunks: RequestChunks): Input {
  // TextDecoder drops a byte order mark and, with `fatal`, throws for invalid UTF-8.
  const decoder = new TextDecoder('utf-8', { fatal: true })
  function decode(chunk: Buffer | undefined): string {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined })
    } catch (cause) {
      throw new MediaError('BODY_INVALID', { message: 'The body is not UTF-8', cause })
    }
  }
  return {
    text: '',
    async readMore() {
      const chunk = await chunks.next()
      this.text = decode(chunk)
      return chunk !== undefined
    },
  }
}

/** Tracks strings, brackets and the keys of the outer object. Does not validate: the JSON parser does that later. */
interface Outline {
  /** Scans a piece up to the text of the outer `file`, or to the end of the piece. Returns the end position. */
  scan(piece: string): number
  /** True if `scan` stopped after the opening quote of `file`. */
  readonly isInFile: boolean
  /** Continues at the closing quote of `file`. */
  leaveFile(): void
}

function createOutline(): Outline {
  const keys = new Set<string>()
  let depth = 0
  let isInFile = false
  let isInString = false
  let isEscape = false
  /** Key of the outer object whose value follows. */
  let key: string | undefined
  /** Key of the outer object that is being read. */
  let rawKey = ''

  function followString(char: string): void {
    if (depth === 1 && key === undefined) rawKey += char
    if (isEscape) isEscape = false
    else if (char === '\\') isEscape = true
    else if (char === '"') isInString = false
  }
  function follow(char: string): void {
    if (char === '"') {
      if (depth === 1 && key === 'file') isInFile = true
      else isInString = true
      if (depth === 1 && key === undefined) rawKey = char
    } else if (char === '{' || char === '[') depth += 1
    else if (char === '}' || char === ']') depth -= 1
    else if (depth === 1 && char === ',') key = undefined
    else if (depth === 1 && char === ':' && key === undefined) key = newKey()
  }
  function newKey(): string {
    const name = parse(rawKey)
    if (typeof name !== 'string') throw notJson()
    if (keys.has(name)) throw repeated(name)
    keys.add(name)
    return name
  }
  return {
    get isInFile() {
      return isInFile
    },
    scan(piece) {
      for (let at = 0; at < piece.length; at += 1) {
        const char = piece.charAt(at)
        if (isInString) followString(char)
        else follow(char)
        if (isInFile) return at + 1
      }
      return piece.length
    },
    leaveFile() {
      isInFile = false
      isInString = true
      // A string that follows another string without a colon is no value of `file`.
      key = ''
    },
  }
}

function parseObject(json: string): object {
  const body = parse(json)
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body
  throw new MediaError('BODY_INVALID', { message: 'The body is not a JSON object' })
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw notJson(cause)
  }
}

function assertText(file: unknown): void {
  if (typeof file === 'string' || file === null) return
  throw new MediaError('PARAM_INVALID', {
    message: `Invalid file - it must be text, received ${Array.isArray(file) ? 'an array' : `a value of type ${typeof file}`}`,
    details: { param: 'file' },
  })
}

function pairs(name: string, value: unknown): readonly (readonly [string, string])[] {
  if (value === null || value === undefined) return []
  const isList = Array.isArray(value) && value.every((item) => typeof item !== 'object')
  if (isList) return value.map((item) => [`${name}[]`, String(item)] as const)
  try {
    return [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]]
  } catch (cause) {
    throw new MediaError('BODY_INVALID', {
      message: `${name.slice(0, 64)} is nested too deeply`,
      cause,
    })
  }
}

/** Decodes base64 strictly: refuses ambiguous text, and needs constant memory. @module */

import { MediaError } from '@countersign/protocol/errors'
import { BARE_PLUS_BYTE } from './percent-decoding.js'

/** Decodes a text chunk by chunk. */
export interface Base64Decoder {
  /**
   * Decodes the next piece of the text.
   * @throws MediaError PARAM_INVALID if the text cannot be base64.
   */
  write(text: string): Buffer
  /**
   * Decodes the last characters of the text.
   * @throws MediaError PARAM_INVALID if the text is truncated or ambiguous.
   */
  end(): Buffer
}

const BARE_PLUS = String.fromCharCode(BARE_PLUS_BYTE)

const NOT_PLAIN = /[^A-Za-z0-9+/]/
const PIECES = /[ \t\n\f\r]+|[^ \t\n\f\r]+/g
const BLANK = /^[ \t\n\f\r]/
const LINE_BREAK = /[\t\n\f\r]/
const FOREIGN = /[^A-Za-z0-9+/_-]/u

/**
 * Creates a decoder of one base64 text.
 *
 * Accepts the standard or the URL alphabet (not both in one text), with or without padding. Skips line breaks and the spaces around
 * them. A space alone may be a `+` that a program decoded, so spaces are skipped only if they wrap the text into lines of equal length.
 *
 * @param options.hasBarePlus True if `BARE_PLUS_BYTE` in the text stands for an unescaped `+`. @default false
 */
export function createBase64Decoder(options: { hasBarePlus?: boolean } = {}): Base64Decoder {
  const spaces = createWraps()
  const pluses = createWraps()
  /** Number of data characters so far. */
  let count = 0
  let padding = 0
  let tail = ''
  let blank: { spaces: number; hasBreak: boolean } | undefined
  let has62 = { standard: false, url: false }

  function skip(piece: string): void {
    blank ??= { spaces: 0, hasBreak: false }
    blank.spaces += piece.length
    blank.hasBreak ||= LINE_BREAK.test(piece)
  }
  function settleBlank(): void {
    if (!blank) return
    if (!blank.hasBreak) spaces.note(blank.spaces > 1 && count > 0 ? Number.NaN : count)
    blank = undefined
  }
  function take(piece: string): string {
    settleBlank()
    const at = piece.indexOf('=')
    const data = at < 0 ? piece : piece.slice(0, at)
    if (data !== '' && padding > 0) throw invalid('has data after its padding')
    if (at >= 0) {
      const end = piece.slice(at)
      if (/[^=]/.test(end)) {
        throw invalid(afterPadding(options.hasBarePlus ? end.replaceAll(BARE_PLUS, '+') : end))
      }
      padding += piece.length - at
    }
    const text = options.hasBarePlus ? readBarePluses(data) : data
    const foreign = FOREIGN.exec(text)
    if (foreign) throw invalid(foreignCharacter(text, { at: foreign.index, count }))
    has62 = {
      standard: has62.standard || /[+/]/.test(text),
      url: has62.url || /[-_]/.test(text),
    }
    if (has62.standard && has62.url) throw invalid('mixes + or / with - or _')
    count += text.length
    return text
  }
  function readBarePluses(data: string): string {
    for (let plus = data.indexOf(BARE_PLUS); plus >= 0; plus = data.indexOf(BARE_PLUS, plus + 1)) {
      pluses.note(count + plus - pluses.count)
    }
    return data.replaceAll(BARE_PLUS, '+')
  }
  function decode(text: string): Buffer {
    const all = tail + text
    const end = all.length - (all.length % 4)
    tail = all.slice(end)
    return Buffer.from(all.slice(0, end), 'base64')
  }
  return {
    write(text) {
      const isPlain = !blank && padding === 0 && !has62.url && !NOT_PLAIN.test(text)
      if (isPlain) {
        has62.standard ||= /[+/]/.test(text)
        count += text.length
        return decode(text)
      }
      const data: string[] = []
      for (const [piece] of text.matchAll(PIECES)) {
        if (BLANK.test(piece)) skip(piece)
        else data.push(take(piece))
      }
      return decode(data.join(''))
    },
    end() {
      if (spaces.count > 0 && !spaces.areLines(count)) throw invalid(LOST_PLUS)
      const isExact = spaces.count > 0 || blank?.hasBreak === false
      assertLength({ count, padding, isExact })
      const asLines = count - pluses.count
      if (pluses.count > 0 && asLines % 4 === 0 && pluses.areLines(asLines))
        throw invalid(LOST_PLUS)
      return decodeTail(tail)
    },
  }
}

/**
 * Decodes base64 text from a stream.
 * @throws MediaError PARAM_INVALID if the text is not base64, truncated or ambiguous.
 */
export async function* decodeBase64(text: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decoder = createBase64Decoder()
  for await (const chunk of text) yield decoder.write(chunk.toString('latin1'))
  yield decoder.end()
}

const LOST_PLUS = 'has spaces that may be lost + characters; send + as %2B in a url-encoded form'

/** Collects positions at which a text may be wrapped, as the number of data characters before each. */
interface Wraps {
  readonly count: number
  note(position: number): void
  /** Returns true if the positions cut a text of this length into lines of equal length. The last line may be shorter. */
  areLines(length: number): boolean
}

function createWraps(): Wraps {
  let count = 0
  let lines = 0
  let lineLength = 0
  let isRegular = true
  return {
    get count() {
      return count
    },
    note(position) {
      count += 1
      // A space before the first data character wraps nothing.
      if (lines === 0 && position === 0) return
      lines += 1
      if (lines === 1) lineLength = position
      isRegular &&= lineLength % 4 === 0 && position === lines * lineLength
    },
    areLines: (length) => isRegular && (lines === 0 || length <= lineLength * (lines + 1)),
  }
}

function assertLength(found: { count: number; padding: number; isExact: boolean }): void {
  const { count, padding, isExact } = found
  const rest = count % 4
  if (padding > 2) throw invalid(`ends with ${padding} = characters; at most 2 are allowed`)
  const isPadded = (rest + padding) % 4 === 0
  const isFine = rest !== 1 && (isPadded || (padding === 0 && !isExact))
  if (!isFine) {
    throw invalid(`is cut off or damaged: ${count} characters and ${padding} of padding`)
  }
}

/** Decodes the last 0, 2 or 3 characters. Unused bits must be zero, because no encoder writes others. */
function decodeTail(tail: string): Buffer {
  const bytes = Buffer.from(tail, 'base64')
  const again = bytes.toString(/[-_]/.test(tail) ? 'base64url' : 'base64')
  if (again.slice(0, tail.length) !== tail) throw invalid(`cannot end in ${quoted(tail)}`)
  return bytes
}

function foreignCharacter(text: string, { at, count }: { at: number; count: number }): string {
  if (count === 0 && /^data:/i.test(text)) return 'begins with a second data:'
  return `has ${quoted(characterAt(text, at))} after ${count + at} base64 characters`
}

function afterPadding(text: string): string {
  const foreign = FOREIGN.exec(text.replaceAll('=', ''))?.[0]
  return foreign ? `has ${quoted(foreign)} after its padding` : 'has data after its padding'
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0)
}

function quoted(text: string): string {
  return JSON.stringify(text)
}

function invalid(reason: string): MediaError {
  return new MediaError('PARAM_INVALID', {
    message: `Invalid file - the base64 of the file ${reason}`,
    details: { param: 'file' },
  })
}

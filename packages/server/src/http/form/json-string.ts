/** Unescapes one JSON string that arrives in pieces. @module */

import { MediaError } from '@countersign/protocol/errors'

/** A JSON string after its opening quote. */
export interface JsonString {
  /**
   * Unescapes the next piece.
   * @returns The text, and in `end` the position of the closing quote in the piece, -1 if the piece has none.
   * @throws MediaError BODY_INVALID for an invalid escape, a control character or half a surrogate pair.
   */
  write(piece: string): { readonly text: string; readonly end: number }
}

/** An escape that the next piece may complete. */
const CUT_ESCAPE = /\\(?:u[0-9a-f]{0,3})?$/i
/** First half of a surrogate pair whose second half may be in the next piece. */
const HIGH_SURROGATE = /\\ud[89ab][0-9a-f]{2}$/i
const LONE_SURROGATE = /\p{Surrogate}/u
const ESCAPE_LENGTH = 6

/** Creates a reader of one string. */
export function createJsonString(): JsonString {
  let held = ''
  return {
    write(piece) {
      const raw = held + piece
      const quote = closingQuote(raw)
      const end = quote < 0 ? completeEnd(raw) : quote
      const offset = held.length
      held = raw.slice(end)
      return { text: unescaped(raw.slice(0, end)), end: quote < 0 ? -1 : quote - offset }
    },
  }
}

function closingQuote(raw: string): number {
  let quote = raw.indexOf('"')
  while (quote >= 0 && isEscaped(raw, quote)) quote = raw.indexOf('"', quote + 1)
  return quote
}

/** Returns true if an odd number of backslashes precedes the position. */
function isEscaped(raw: string, at: number): boolean {
  let first = at
  while (raw[first - 1] === '\\') first -= 1
  return (at - first) % 2 === 1
}

/** Returns the start of a last escape that the end of the piece may cut, or the end of the piece. */
function completeEnd(raw: string): number {
  const end = startOf(CUT_ESCAPE, raw, raw.length)
  return startOf(HIGH_SURROGATE, raw, end)
}

function startOf(pattern: RegExp, raw: string, end: number): number {
  const from = Math.max(0, end - ESCAPE_LENGTH)
  const found = pattern.exec(raw.slice(from, end))
  const at = found ? from + found.index : end
  return isEscaped(raw, at) ? end : at
}

function unescaped(raw: string): string {
  let text: string
  try {
    // The parser also refuses characters that no string may hold, such as a line break.
    text = JSON.parse(`"${raw}"`)
  } catch (cause) {
    throw notJson(cause)
  }
  if (raw.includes('\\u') && LONE_SURROGATE.test(text)) {
    throw new MediaError('BODY_INVALID', { message: 'The body has half a surrogate pair in file' })
  }
  return text
}

/** Creates the error for a body that is not JSON. */
export function notJson(cause?: unknown): MediaError {
  return new MediaError('BODY_INVALID', { message: 'The body is not JSON', cause })
}

/** Reads a field `file` that may be text: a data URI, an address to fetch, or the bytes of a file. @module */

import { isUtf8 } from 'node:buffer'
import { TextDecoder } from 'node:util'
import { MediaError } from '@countersign/protocol/errors'
import { continued, readDataUri, type TextBytes } from './data-uri.js'
import { replaceBarePluses } from './percent-decoding.js'
import type { IncomingFile } from './read-form.js'

/** Options of {@link openFileText}. */
export interface FileTextOptions {
  /** True if `BARE_PLUS_BYTE` in the text stands for an unescaped `+`. @default false */
  readonly hasBarePlus?: boolean
  /** Charset of the text, a superset of ASCII. @default 'utf-8' */
  readonly charset?: string
  /**
   * Allows bytes of this declared type besides a data URI. One line of text counts as an address if `canBeAddress` is true.
   * By default the field must be text.
   */
  readonly orBytes?: { readonly mimeType: string; readonly canBeAddress: boolean }
}

/** Maximum bytes of an address to fetch. */
const MAX_ADDRESS_BYTES = 16 * 1024
/** Number of first bytes that must contain `data:`; leading white space is skipped. */
const START_BYTES = 64
/** Start of a data URI, one byte a character. A text file may begin with a byte-order mark. */
const DATA_URI = /^(?:\xef\xbb\xbf)?\s*data:/i
/** Control characters that no line of text has. */
const CONTROLS: ReadonlySet<number> = new Set(
  [...Array(32).keys()].filter((code) => !'\t\n\r'.includes(String.fromCharCode(code))),
)

/**
 * Reads as much of the field as its kind needs. The rest of a data URI or of file bytes stays unread.
 * @throws MediaError PARAM_INVALID for an invalid data URI, or for text that is longer than an address.
 */
export async function openFileText(
  text: TextBytes,
  { hasBarePlus = false, charset = 'utf-8', orBytes }: FileTextOptions = {},
): Promise<IncomingFile> {
  const chunks = text[Symbol.asyncIterator]()
  let head: Buffer = Buffer.alloc(0)
  let isText = orBytes?.canBeAddress ?? true
  for (;;) {
    const { value, done } = await chunks.next()
    if (done) break
    head = Buffer.concat([head, value])
    if (DATA_URI.test(head.toString('latin1', 0, START_BYTES))) {
      const uri = transcoded(continued(head, chunks), charset)
      return { source: 'data', ...(await readDataUri(uri, { hasBarePlus })) }
    }
    isText &&= head.length <= MAX_ADDRESS_BYTES && !value.some((byte) => CONTROLS.has(byte))
    if (!isText && head.length >= START_BYTES) break
  }
  const line = replaceBarePluses(head, ' ')
  const address = line.toString('utf8').trim()
  // Line breaks, control characters or invalid UTF-8 show that the field holds a file and not an address.
  const isAddress = isText && (!orBytes || (isUtf8(line) && !/[\t\n\r]/.test(address)))
  if (isAddress) return toFetch(address)
  if (!orBytes) throw tooLong()
  const { mimeType } = orBytes
  return { filename: undefined, mimeType, source: 'file', bytes: continued(head, chunks) }
}

/** Yields text as UTF-8. */
async function* transcoded(text: TextBytes, charset: string): AsyncGenerator<Buffer> {
  if (/^(utf-?8|us-ascii)$/i.test(charset)) return yield* text
  const decoder = decoderOf(charset)
  for await (const chunk of text) yield Buffer.from(decoder.decode(chunk, { stream: true }))
  yield Buffer.from(decoder.decode())
}

function decoderOf(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset)
  } catch (cause) {
    throw new MediaError('BODY_INVALID', {
      message: 'file is in an unknown charset: send UTF-8',
      cause,
    })
  }
}

function toFetch(url: string): IncomingFile {
  return {
    filename: undefined,
    mimeType: 'application/octet-stream',
    source: 'url',
    url,
    bytes: nothing(),
  }
}

async function* nothing(): AsyncGenerator<Buffer> {}

function tooLong(): MediaError {
  return new MediaError('PARAM_INVALID', {
    message: `Invalid file - it is neither a data URI nor an address of at most ${MAX_ADDRESS_BYTES} bytes`,
    details: { param: 'file' },
  })
}

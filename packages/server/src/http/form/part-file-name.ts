/** Reads the file name that a client sent in the header of a form part. @module */

/** A file name as found in a part header. */
export interface PartFileName {
  /** Value of `filename` or `filename*`, decoded as UTF-8. */
  readonly text: string
  /** True for `filename*` (RFC 5987), which names its own encoding. */
  readonly isExtended: boolean
}

const ENCODED_WORD = /=\?([^?*]+)(?:\*[^?]*)?\?([bq])\?([^?]*)\?=\s*/gi
const ENCODED_WORDS = /^(?:=\?[^?]+\?[bq]\?[^?]*\?=\s*)+$/i

/**
 * Returns the file's name without the path on the client's machine; `undefined` if no name remains.
 *
 * Browsers write a quote in a name as `%22`, CR as `%0D` and LF as `%0A` (HTML Standard). A line break becomes `_` like every control
 * character. Old clients in .NET and Java send names as encoded words (RFC 2047).
 */
export function readPartFileName({ text, isExtended }: PartFileName): string | undefined {
  const name = isExtended ? text : unescapeBrowser(decodeWords(text))
  const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
  return last === '' || last === '.' || last === '..' ? undefined : last
}

function unescapeBrowser(name: string): string {
  return name.replaceAll('%22', '"').replaceAll(/%0[AD]/g, '_')
}

/** Decodes a name of encoded words. Returns any other name, and a name in an unknown charset, unchanged. */
function decodeWords(name: string): string {
  if (!ENCODED_WORDS.test(name)) return name
  let text = ''
  let charset = ''
  let bytes: Buffer[] = []
  try {
    for (const [, wordCharset = '', encoding = '', content = ''] of name.matchAll(ENCODED_WORD)) {
      // Some clients split one character over two words.
      if (wordCharset.toLowerCase() !== charset) flush()
      charset = wordCharset.toLowerCase()
      bytes.push(decodeWord(encoding, content))
    }
    flush()
  } catch {
    return name
  }
  return text

  function flush(): void {
    if (bytes.length > 0) {
      text += new TextDecoder(charset, { fatal: true }).decode(Buffer.concat(bytes))
    }
    bytes = []
  }
}

function decodeWord(encoding: string, content: string): Buffer {
  if (encoding.toLowerCase() === 'b') return Buffer.from(content, 'base64')
  const latin1 = content
    .replaceAll('_', ' ')
    .replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
  return Buffer.from(latin1, 'latin1')
}

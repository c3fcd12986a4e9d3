/** The name that a client gave its file, as it stands in the header of a part. @module */

/** Where a name stood. */
export interface PartFileName {
  /** Value of `filename` or `filename*`, decoded as UTF-8. */
  readonly text: string
  /** Whether it is `filename*` (RFC 5987), which has an encoding of its own. */
  readonly isExtended: boolean
}

const ENCODED_WORD = /=\?([^?*]+)(?:\*[^?]*)?\?([bq])\?([^?]*)\?=\s*/gi
const ENCODED_WORDS = /^(?:=\?[^?]+\?[bq]\?[^?]*\?=\s*)+$/i

/**
 * Returns the file's name without the path of the client's machine; `undefined` if nothing is left.
 *
 * Browsers write a quote in a name as `%22`, CR as `%0D` and LF as `%0A` (HTML Standard); a line break becomes `_` like every control character.
 * Old clients of .NET and Java write names as encoded words (RFC 2047).
 */
export function readPartFileName({ text, isExtended }: PartFileName): string | undefined {
  const name = isExtended ? text : unescapeBrowser(decodeWords(text))
  const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
  return last === '' || last === '.' || last === '..' ? undefined : last
}

function unescapeBrowser(name: string): string {
  return name.replaceAll('%22', '"').replaceAll(/%0[AD]/g, '_')
}

/** Decodes a name that consists of encoded words. Any other name, and one in an unknown charset, stays as it is. */
function decodeWords(name: string): string {
  if (!ENCODED_WORDS.test(name)) return name
  let text = ''
  let charset = ''
  let bytes: Buffer[] = []
  try {
    for (const [, wordCharset = '', encoding = '', content = ''] of name.matchAll(ENCODED_WORD)) {
      // Some clients cut a character in two words.
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

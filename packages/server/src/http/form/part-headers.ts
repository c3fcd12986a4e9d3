/** Reads the headers of a form part: the field's name, the file's name, type, charset and transfer encoding. @module */

import { readPartFileName } from './part-file-name.js'

/** Facts from the headers of a form part. */
export interface PartDescription {
  /** Name of the field; `undefined` if missing. */
  readonly name: string | undefined
  /** True for the part named `file`, and for every part with a file name. */
  readonly isFile: boolean
  /** True if the part has a file name. */
  readonly hasFileName: boolean
  /** Name of the file without a path; `undefined` if nothing of the name remains. */
  readonly filename: string | undefined
  /** Declared type in lower case, not validated; `undefined` if missing. */
  readonly mimeType: string | undefined
  /** Declared charset in lower case; `undefined` if missing. */
  readonly charset: string | undefined
  /** Content-Transfer-Encoding in lower case. @default '7bit' */
  readonly encoding: string
}

/** Parameters of a part's Content-Disposition by lower-case name, one byte per character. */
type Disposition = ReadonlyMap<string, string>

const PARAM = /;\s*([^=;\s]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;]*))/g
const CHARSET = /;\s*charset\s*=\s*"?([^"\s;]+)/
/** Value of `filename*`: charset, language and percent-encoded text (RFC 5987). */
const EXTENDED = /^([^']+)'[^']*'(.*)$/

/**
 * Reads the headers of a form part.
 * @param headers Values by lower-case name, one byte per character.
 * @returns The description; `undefined` if the part is not form data, so that the caller ignores it.
 */
export function describePart(headers: ReadonlyMap<string, string>): PartDescription | undefined {
  const text = headers.get('content-disposition') ?? ''
  if (!/^form-data\s*(?:;|$)/i.test(text)) return undefined
  const disposition = parseDisposition(text)
  const name = toUtf8(disposition.get('name') ?? '') || undefined
  const fileName = fileNameOf(disposition)
  const contentType = headers.get('content-type')?.toLowerCase() ?? ''
  return {
    name,
    isFile: name === 'file' || fileName !== undefined,
    hasFileName: fileName !== undefined,
    filename: fileName && readPartFileName(fileName),
    mimeType: contentType.split(';', 1)[0]?.trim() || undefined,
    charset: CHARSET.exec(contentType)?.[1],
    encoding: headers.get('content-transfer-encoding')?.toLowerCase() ?? '7bit',
  }
}

function parseDisposition(text: string): Disposition {
  return new Map(
    [...text.matchAll(PARAM)].map(([, name = '', quoted, plain = '']) => [
      name.toLowerCase(),
      // Old browsers send a path with single backslashes, so only an escaped quote or backslash is an escape.
      quoted?.replaceAll(/\\(["\\])/g, '$1') ?? plain.trim(),
    ]),
  )
}

function fileNameOf(disposition: Disposition): { text: string; isExtended: boolean } | undefined {
  const extended = decodeExtended(disposition.get('filename*') ?? '')
  if (extended) return { text: extended, isExtended: true }
  const text = toUtf8(disposition.get('filename') ?? '')
  return text === '' ? undefined : { text, isExtended: false }
}

/** Returns the text; an empty text if it is malformed or its charset is unknown. */
function decodeExtended(value: string): string {
  const [, charset = '', encoded = ''] = EXTENDED.exec(value) ?? []
  if (charset === '' || /%(?![0-9a-f]{2})/i.test(encoded)) return ''
  const bytes = encoded.replaceAll(/%(..)/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  try {
    return new TextDecoder(charset).decode(Buffer.from(bytes, 'latin1'))
  } catch {
    return ''
  }
}

function toUtf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8')
}

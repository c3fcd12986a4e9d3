/** The document type of an SVG: what it may declare. @module */

/** A document type that declares nothing but plain text. */
export interface DocumentType {
  /** Texts by entity name. */
  readonly entities: ReadonlyMap<string, string>
  /** Index of the first character after the declaration. */
  readonly end: number
}

// As Illustrator writes them, namespaces and styles; more than that belongs to no picture.
const MAX_ENTITIES = 1000
const MAX_ENTITY_UNITS = 512

const NAME = '[\\p{L}_:][\\p{L}\\p{M}\\p{N}._:-]*'
const LITERAL = `(?:"[^"]*"|'[^']*')`
/** Public and system identifiers are skipped: nothing is ever fetched by them. */
const START = new RegExp(
  `<!doctype\\s+(?:[^\\s:<>[\\]]+:)?svg(?:\\s+(?:public\\s+${LITERAL}(?:\\s*${LITERAL})?|system\\s+${LITERAL}))?\\s*([[>])`,
  'iy',
)
const IGNORED = /\s+|<\?(?:[^?]|\?(?!>))*\?>|<!--(?:[^-]|-(?!->))*-->|<!ELEMENT\s[^<>"'%&]*>/y
/** No markup, no other entity, no parameter entity, no file: a reference to it stands for these characters and no more. */
const ENTITY = new RegExp(`<!ENTITY\\s+(${NAME})\\s+(?:"([^"<%]*)"|'([^'<%]*)')\\s*>`, 'uy')
/** Attributes without a default, and namespaces: any other default could be a script. */
const ATTRIBUTE_LIST = new RegExp(
  `<!ATTLIST\\s+${NAME}(?:\\s+(?:${NAME}\\s+(?:[A-Z]+|\\([^()<>"'%&]*\\))\\s+#(?:REQUIRED|IMPLIED)|xmlns(?::${NAME})?\\s+CDATA\\s+(?:#FIXED\\s+)?(?:"[^"<%&]*"|'[^'<%&]*')))*\\s*>`,
  'uy',
)
const END = /\]\s*>/y

/**
 * Reads a document type declaration.
 * @returns `null` if there is none; `'refused'` if it is not that of an SVG, or declares more than plain text.
 */
export function readDocumentType(text: string, from: number): DocumentType | 'refused' | null {
  if (!/^<!doctype/i.test(text.slice(from, from + 9))) return null
  START.lastIndex = from
  const start = START.exec(text)
  if (!start) return 'refused'
  if (start[1] === '>') return { entities: new Map(), end: START.lastIndex }
  return readSubset(text, START.lastIndex) ?? 'refused'
}

function readSubset(text: string, from: number): DocumentType | null {
  const entities = new Map<string, string>()
  for (let at = from; ; ) {
    END.lastIndex = at
    if (END.test(text)) return { entities, end: END.lastIndex }
    const ignored = match(IGNORED, text, at) ?? match(ATTRIBUTE_LIST, text, at)
    if (ignored) {
      at += ignored[0].length
      continue
    }
    const declared = match(ENTITY, text, at)
    if (!declared) return null
    const [whole, name = '', double, single] = declared
    const value = plainText(double ?? single ?? '')
    if (value === null || entities.size >= MAX_ENTITIES) return null
    // The first declaration counts (XML 1.0, 4.2).
    if (!entities.has(name)) entities.set(name, value)
    at += whole.length
  }
}

/** Resolves character references. @returns `null` where the text is markup then, or is too long. */
function plainText(literal: string): string | null {
  if (literal.length > MAX_ENTITY_UNITS) return null
  const value = literal.replace(/&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));/gi, (_, hex, decimal) => {
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return point <= 0x10ffff ? String.fromCodePoint(point) : '&'
  })
  return /[<&%]/.test(value) ? null : value
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** Reads the document type declaration of an SVG, and refuses unsafe content in it. @module */

/** A document type that declares only plain text. */
export interface DocumentType {
  /** Replacement text by entity name. */
  readonly entities: ReadonlyMap<string, string>
  /** Index of the first character after the declaration. */
  readonly end: number
}

// Illustrator declares namespaces and styles as entities. No image needs more or longer entities than these.
const MAX_ENTITIES = 1000
const MAX_ENTITY_UNITS = 512

const NAME = '[\\p{L}_:][\\p{L}\\p{M}\\p{N}._:-]*'
const LITERAL = `(?:"[^"]*"|'[^']*')`
/** Matches the start of the declaration. Public and system identifiers are skipped, because nothing is ever fetched. */
const START = new RegExp(
  `<!doctype\\s+(?:[^\\s:<>[\\]]+:)?svg(?:\\s+(?:public\\s+${LITERAL}(?:\\s*${LITERAL})?|system\\s+${LITERAL}))?\\s*([[>])`,
  'iy',
)
const IGNORED = /\s+|<\?(?:[^?]|\?(?!>))*\?>|<!--(?:[^-]|-(?!->))*-->|<!ELEMENT\s[^<>"'%&]*>/y
/** Matches an entity of plain text: no markup, no other entity, no parameter entity, no file. */
const ENTITY = new RegExp(`<!ENTITY\\s+(${NAME})\\s+(?:"([^"<%]*)"|'([^'<%]*)')\\s*>`, 'uy')
/** Matches attributes without a default, and namespaces. Any other default could be a script. */
const ATTRIBUTE_LIST = new RegExp(
  `<!ATTLIST\\s+${NAME}(?:\\s+(?:${NAME}\\s+(?:[A-Z]+|\\([^()<>"'%&]*\\))\\s+#(?:REQUIRED|IMPLIED)|xmlns(?::${NAME})?\\s+CDATA\\s+(?:#FIXED\\s+)?(?:"[^"<%&]*"|'[^'<%&]*')))*\\s*>`,
  'uy',
)
const END = /\]\s*>/y

/**
 * Reads a document type declaration.
 * @returns `null` if there is none; `'refused'` if it is not for SVG, or declares more than plain text.
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
    // The first declaration of a name wins (XML 1.0, 4.2).
    if (!entities.has(name)) entities.set(name, value)
    at += whole.length
  }
}

/** Resolves character references. @returns `null` if the result is markup, or if the text is too long. */
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

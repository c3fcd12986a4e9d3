/** The table of media types that widget, endpoint and server share: names, aliases, extensions and containers. @module */

import { TYPE_ROWS } from './type-rows.js'
import { createTypeTable, type TypeTable } from './type-table.js'

export { essenceOf, extensionOf } from './names.js'
export { looksLikeText } from './text.js'
export type { TypeNames, TypeTable } from './type-table.js'

/** Where the bytes of a type live: in a ZIP, in a compound file, or in text. */
export type Container = 'zip' | 'cfb' | 'text'

/** What the content of a type is like. */
export interface TypeContent {
  /** `undefined` for a format of its own, and for a type that the table does not know. */
  readonly container: Container | undefined
  /** True for text that a program runs or a browser shows as a page. */
  readonly isActive: boolean
  /** Types of other formats that systems declare for files of this type: `application/vnd.ms-excel` for CSV. */
  readonly claimedAs: readonly string[]
}

/** Every media type that Countersign knows. */
export const MEDIA_TYPES: TypeTable = /* @__PURE__ */ createTypeTable(TYPE_ROWS)

const CONTENT: ReadonlyMap<string, TypeContent> = /* @__PURE__ */ readContent(TYPE_ROWS)
const UNKNOWN: TypeContent = { container: undefined, isActive: false, claimedAs: [] }

/** Returns what the content of a type is like, by its name or an alias. */
export function contentOf(type: string | undefined): TypeContent {
  return CONTENT.get(MEDIA_TYPES.nameOf(type ?? '')) ?? UNKNOWN
}

function readContent(rows: string): ReadonlyMap<string, TypeContent> {
  const content = new Map<string, TypeContent>()
  let section = ''
  for (const row of rows.split('\n')) {
    if (row.startsWith('#')) section = row.slice(1)
    const [names = '', , claimed = ''] = row.split('|')
    const [type = ''] = names.split(' ')
    const isActive = section === 'active'
    const isText = isActive || type.startsWith('text/')
    const container = isText ? 'text' : (section as Container | '') || undefined
    content.set(type, { container, isActive, claimedAs: claimed.split(' ').filter(Boolean) })
  }
  return content
}

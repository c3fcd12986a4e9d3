/** Provides the media types that widget, endpoint and server share: names, aliases, extensions and containers. @module */

import { TYPE_ROWS } from './type-rows.js'
import { createTypeTable, type TypeTable } from './type-table.js'

export { essenceOf, extensionOf } from './names.js'
export { looksLikeText } from './text.js'
export type { TypeNames, TypeTable } from './type-table.js'

/** Container format of a type: ZIP, compound file, or text. */
export type Container = 'zip' | 'cfb' | 'text'

/** Content of a media type. */
export interface TypeContent {
  /** Container format; `undefined` for a type without one, and for an unknown type. */
  readonly container: Container | undefined
  /** True for text that a program runs or that a browser shows as a page. */
  readonly isActive: boolean
  /** Other types that systems declare for files of this type, such as `application/vnd.ms-excel` for CSV. */
  readonly claimedAs: readonly string[]
}

/** Every media type that Countersign knows. */
export const MEDIA_TYPES: TypeTable = /* @__PURE__ */ createTypeTable(TYPE_ROWS)

const CONTENT: ReadonlyMap<string, TypeContent> = /* @__PURE__ */ readContent(TYPE_ROWS)
const UNKNOWN: TypeContent = { container: undefined, isActive: false, claimedAs: [] }

/** Returns the content of a type, found by its name or an alias. */
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

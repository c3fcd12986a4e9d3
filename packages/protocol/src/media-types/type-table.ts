/** Reads the rows of media types into a table of names, aliases and extensions. @module */

import { essenceOf } from './names.js'

/** Names of one media type. */
export interface TypeNames {
  /** Usual name, as browsers send it. Comparisons and delivery use this name. */
  readonly type: string
  /** Lower-case extensions without the dot, the usual one first. */
  readonly extensions: readonly string[]
}

/** A table of media types. */
export interface TypeTable {
  /**
   * Finds a type by its name, an alias or an extension without its dot. Ignores parameters, case and `x-`. An extension may stand in
   * the second half of the type: `image/jpg`.
   */
  find(name: string): TypeNames | undefined
  /** Returns a type's usual name. Returns an unknown type unchanged except for lower case and without parameters. */
  nameOf(type: string): string
  /**
   * Returns true if a type is on an accept list. Aliases match each other.
   * `image/*` covers every image but SVG, which can hold scripts: list SVG by name.
   */
  isAccepted(accept: readonly string[], type: string): boolean
}

/** Returns a table of the given rows. */
export function createTypeTable(rows: string): TypeTable {
  const table = new Map<string, TypeNames>()
  for (const row of rows.split('\n')) {
    const [names = '', aliases = ''] = row.split('|')
    const [type = '', ...extensions] = names.split(' ')
    const entry = { type, extensions }
    for (const name of [type, ...extensions, ...aliases.split(' ')]) table.set(keyOf(name), entry)
  }
  // A row without aliases.
  table.delete('')

  const find: TypeTable['find'] = (name) => {
    const key = keyOf(name)
    const [family, subtype = ''] = key.split('/')
    const bySubtype = table.get(subtype)
    return table.get(key) ?? (bySubtype?.type.startsWith(`${family}/`) ? bySubtype : undefined)
  }
  const nameOf: TypeTable['nameOf'] = (type) => find(type)?.type ?? essenceOf(type)
  return {
    find,
    nameOf,
    isAccepted(accept, type) {
      const name = nameOf(type)
      // Checks both names: `text/xml` is text, though `application/xml` is its usual name.
      const families = [name, essenceOf(type)].map((known) => known.replace(/\/.*/, '/*'))
      return accept.some(
        (item) => nameOf(item) === name || (name !== SVG && families.includes(item)),
      )
    },
  }
}

const SVG = 'image/svg+xml'

// RFC 6648: `x-` says nothing about a type.
function keyOf(type: string): string {
  return essenceOf(type).replace(/\/x[-.]/, '/')
}

/** Collects the fields of a request, without its file, by parameter name. @module */

import { MediaError } from '@countersign/protocol/errors'
import { PARAMS, type WireParams } from '@countersign/protocol/params'
import { DEFAULT_SERVER_LIMITS, LIMIT_SPECS } from '../../limits.js'

/** Collected fields of one request. */
export interface Fields {
  /** Adds one received pair. Pairs named `key[]` or `key[0]` become members of the list `key`. */
  add(name: string, value: string): void
  /** Returns the text of a field, with list members joined by commas; `undefined` if the field is missing or empty. */
  text(name: string): string | undefined
  /** Returns the members of a list that are not empty. A field that was sent as text has one member. */
  list(name: string): readonly string[]
  /** Returns true if the field was sent, even without a value. */
  has(name: string): boolean
  /** Returns the names of all received fields. */
  names(): readonly string[]
  /** Number of pairs added so far. A caller can compare two counts to see whether more fields have arrived. */
  readonly count: number
  /** Returns all received fields, for the signature. */
  params(): WireParams
}

const LIST_SUFFIX = /\[\d*\]$/
/** Maximum members of one list (requirements, section 3). */
export const MAX_LIST_MEMBERS = 1000

/**
 * Creates an empty set of fields.
 * @param maxFields Maximum fields of one request. A list counts as one field.
 * @returns Fields whose `add` throws MediaError BODY_TOO_LARGE for too many fields or list members, and PARAM_INVALID for a known
 * parameter that is sent twice and is not a list.
 */
export function createFields(maxFields: number = DEFAULT_SERVER_LIMITS.maxFormFields): Fields {
  const values = new Map<string, string | string[]>()
  let count = 0
  let scalars = 0
  return {
    get count() {
      return count
    },
    add(name, value) {
      count += 1
      const isItem = LIST_SUFFIX.test(name)
      const key = name.replace(LIST_SUFFIX, '')
      const held = values.get(key)
      const isMember = isItem || (held !== undefined && PARAMS.get(key)?.type === 'list')
      // A repeated name that is no list counts each time.
      if (held === undefined || !isMember) scalars += 1
      if (scalars > maxFields) throw tooMany(maxFields)
      if (Array.isArray(held) && held.length >= MAX_LIST_MEMBERS) throw tooMany(maxFields)
      if (isMember) values.set(key, [...toList(held), value])
      else if (held === undefined) values.set(key, value)
      // Refused, because it is unknown which of the two values was signed.
      else if (PARAMS.has(key)) throw repeated(key)
    },
    text(name) {
      const value = values.get(name)
      const text = Array.isArray(value) ? value.join(',') : value
      return text === '' ? undefined : text
    },
    list: (name) => toList(values.get(name)).filter((member) => member !== ''),
    has: (name) => values.has(name),
    names: () => [...values.keys()],
    params: () => Object.fromEntries(values),
  }
}

/** Restores the fields of a request from its stored parameters. */
export function fieldsOf(params: WireParams): Fields {
  const fields = createFields(Object.keys(params).length)
  for (const [name, value] of Object.entries(params)) {
    if (!Array.isArray(value)) fields.add(name, String(value))
    else for (const member of value) fields.add(`${name}[]`, String(member))
  }
  return fields
}

function toList(value: string | string[] | undefined): readonly string[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

function tooMany(maxFields: number): MediaError {
  return new MediaError('BODY_TOO_LARGE', {
    message: `A form may have ${maxFields} fields at most, and a list ${MAX_LIST_MEMBERS} members`,
    details: { limit: LIMIT_SPECS.maxFormFields.variable },
  })
}

/** Creates the error for a name that a request sent twice. */
export function repeated(name: string): MediaError {
  return new MediaError('PARAM_INVALID', {
    message: `${name.slice(0, 100)} was sent more than once`,
    details: { param: name },
  })
}

/** What a request said besides the file: names to texts, as received. @module */

import { MediaError } from '@countersign/protocol/errors'
import { PARAMS, type WireParams } from '@countersign/protocol/params'
import { DEFAULT_SERVER_LIMITS, LIMIT_SPECS } from '../../limits.js'

/** Collected fields of one request. */
export interface Fields {
  /** Add one received pair; `key[]` and `key[0]` collect under `key`. */
  add(name: string, value: string): void
  /** The text of a field, list items joined with commas; `undefined` where absent or blank. */
  text(name: string): string | undefined
  /** The members of a list; one for a field that was sent as text. */
  list(name: string): readonly string[]
  has(name: string): boolean
  names(): readonly string[]
  /** Pairs added so far; tells whether anything came since. */
  readonly count: number
  /** Everything received, for the signature. */
  params(): WireParams
}

const LIST_SUFFIX = /\[\d*\]$/
/** Members of one list (requirements, section 3). */
export const MAX_LIST_MEMBERS = 1000

/**
 * Start collecting.
 * @param maxFields Fields of one request; members of a list count apart.
 * @returns Fields whose `add` throws MediaError BODY_TOO_LARGE for more than that, and PARAM_INVALID for a scalar that is sent twice: which one was signed is anybody's guess.
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
      // A name that repeats counts each time: only members of a list are one field.
      if (held === undefined || !isMember) scalars += 1
      if (scalars > maxFields) throw tooMany(maxFields)
      if (Array.isArray(held) && held.length >= MAX_LIST_MEMBERS) throw tooMany(maxFields)
      if (isMember) values.set(key, [...toList(held), value])
      else if (held === undefined) values.set(key, value)
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

/** The fields that a request had, from what was kept of it. */
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

/** What a request said besides the file: names to texts, as received. @module */

import { MediaError } from '@countersign/protocol/errors'
import { PARAMS, type WireParams } from '@countersign/protocol/params'

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
/** Names of one request (requirements, section 3). */
const MAX_NAMES = 64
/** Members of one list. */
const MAX_MEMBERS = 1000

/**
 * Start collecting.
 * @returns Fields whose `add` throws MediaError BODY_TOO_LARGE for more than 64 names, and PARAM_INVALID for a scalar that is sent twice: which one was signed is anybody's guess.
 */
export function createFields(): Fields {
  const values = new Map<string, string | string[]>()
  let count = 0
  return {
    get count() {
      return count
    },
    add(name, value) {
      count += 1
      const isItem = LIST_SUFFIX.test(name)
      const key = name.replace(LIST_SUFFIX, '')
      const held = values.get(key)
      if (held === undefined && values.size >= MAX_NAMES) throw tooMany()
      if (Array.isArray(held) && held.length >= MAX_MEMBERS) throw tooMany()
      if (isItem) values.set(key, [...toList(held), value])
      else if (held === undefined) values.set(key, value)
      else if (PARAMS.get(key)?.type === 'list') values.set(key, [...toList(held), value])
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

function toList(value: string | string[] | undefined): readonly string[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

function tooMany(): MediaError {
  return new MediaError('BODY_TOO_LARGE', {
    message: `A form may have ${MAX_NAMES} fields at most, and a list ${MAX_MEMBERS} members`,
  })
}

function repeated(name: string): MediaError {
  return new MediaError('PARAM_INVALID', {
    message: `${name} was sent more than once`,
    details: { param: name },
  })
}

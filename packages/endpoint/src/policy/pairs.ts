/** Parses and serializes `context` and `metadata` in their wire form: `alt=A cat|caption=At home`, with `=` and `|` escaped by a backslash. @module */

import { canonicalValue } from './canonical-value.js'

/**
 * Parses pairs into an object without a prototype.
 * @returns `undefined` if a pair has no `=`, no name, or the name of an earlier pair.
 */
export function parsePairs(text: string): Readonly<Record<string, string>> | undefined {
  const pairs: Record<string, string> = Object.create(null)
  for (const pair of splitUnescaped(text, '|')) {
    const [name = '', ...value] = splitUnescaped(pair, '=')
    const key = unescapePart(name)
    if (key === '' || value.length === 0 || Object.hasOwn(pairs, key)) return undefined
    pairs[key] = unescapePart(value.join('='))
  }
  return pairs
}

/**
 * Serializes an object of strings, numbers and booleans to pairs. Leaves out members that are `undefined`.
 * @returns `undefined` if the value is not such an object, or a member cannot be written as a pair.
 */
export function serializePairs(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const pairs: string[] = []
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue
    const canonical = canonicalValue(member, { isNormalized: true })
    // A backslash at the end of a name or value would escape the separator after it.
    if (!canonical.ok || name === '' || name.endsWith('\\') || canonical.text.endsWith('\\')) {
      return undefined
    }
    pairs.push(`${escapePart(name.normalize('NFC'))}=${escapePart(canonical.text)}`)
  }
  const canonical = canonicalValue(pairs.join('|'), { isNormalized: true })
  return canonical.ok ? canonical.text : undefined
}

function splitUnescaped(text: string, separator: '|' | '='): string[] {
  const parts = ['']
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index)
    if (character === separator) parts.push('')
    else {
      const isEscape = character === '\\' && /^[=|]$/.test(text.charAt(index + 1))
      const taken = isEscape ? text.slice(index, index + 2) : character
      parts.push(`${parts.pop() ?? ''}${taken}`)
      index += taken.length - 1
    }
  }
  return parts
}

function unescapePart(text: string): string {
  return text.replace(/\\([=|])/g, '$1')
}

function escapePart(text: string): string {
  return text.replace(/[=|]/g, '\\$&')
}

/** Parses the text of parameters: lists, pairs, booleans and JSON. Creates the error for an invalid value. @module */

import { MediaError } from '@countersign/protocol/errors'
import { PARAMS } from '@countersign/protocol/params'

/** Returns the text of a parameter by name, from the fields of a request or from the settings of a preset. */
export type ParamReader = (name: string) => string | undefined

/** Creates the error for an invalid value, with the text `<name> <reason>`. */
export function invalidParam(name: string, reason: string): MediaError {
  const label = PARAMS.has(name) ? name : 'parameter'
  return new MediaError('PARAM_INVALID', {
    message: `${label} ${reason}`,
    details: { param: name },
  })
}

/**
 * Reads a boolean: `1` and `0` from uploads, `true` and `false` from other actions, `True` and `False` from Python.
 * @throws MediaError PARAM_INVALID for anything else.
 */
export function parseBoolean(name: string, text: string): boolean {
  if (isTrue(text)) return true
  if (/^(0|false)$/i.test(text)) return false
  throw invalidParam(name, `must be true or false, received ${text.slice(0, 32)}`)
}

/** Returns true if a flag is `1` or `true` in any case. Any other text leaves the flag unset. */
export function isTrue(text: string | undefined): boolean {
  return /^(1|true)$/i.test(text ?? '')
}

/** Splits text at commas, trims the items, and drops empty ones. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)
}

/**
 * Parses `k=v|k2=v2`, with `\` before a literal `=` or `|`.
 * @throws MediaError PARAM_INVALID if the text has another form.
 */
export function parsePairs(name: string, text: string): Record<string, string> {
  const pairs = splitUnescaped(text, '|').map((pair) => {
    const [key = '', ...value] = splitUnescaped(pair, '=')
    if (!key || value.length === 0) {
      throw invalidParam(name, 'must be key=value pairs joined with |')
    }
    return [unescapePair(key), unescapePair(value.join('='))] as const
  })
  return Object.fromEntries(pairs)
}

/** Writes pairs as `k=v|k2=v2`, the text that `parsePairs` reads. */
export function serializePairs(pairs: object): string {
  return Object.entries(pairs)
    .map(([key, value]) => `${escapePair(key)}=${escapePair(String(value))}`)
    .join('|')
}

/**
 * Parses the JSON value of a parameter.
 * @throws MediaError PARAM_INVALID if the text is not JSON.
 */
export function parseJsonParam(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalidParam(name, 'must be JSON')
  }
}

function splitUnescaped(text: string, separator: string): string[] {
  const parts = ['']
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    if (character === '\\' && index + 1 < text.length) {
      parts[parts.length - 1] += character + text.charAt(++index)
    } else if (character === separator) {
      parts.push('')
    } else {
      parts[parts.length - 1] += character
    }
  }
  return parts
}

function escapePair(text: string): string {
  return text.replace(/[=|]/g, (character) => `\\${character}`)
}

function unescapePair(text: string): string {
  return text.replace(/\\([=|\\])/g, '$1')
}

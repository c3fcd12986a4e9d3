/** Parses `headers`, the HTTP headers that are sent when an asset is delivered. @module */

import { invalidParam } from './param-values.js'

/** Allowed headers by lower-case name. They describe the file, and change neither access to it nor how a browser handles it. */
const ALLOWED: ReadonlyMap<string, string> = new Map([
  ['link', 'Link'],
  ['x-robots-tag', 'X-Robots-Tag'],
])
const MAX_VALUE_CHARACTERS = 1024

/**
 * Parses `headers`, lines of `Name: value`.
 * @returns Values by header name; `undefined` if the parameter was not sent.
 * @throws MediaError PARAM_INVALID for a header that cannot be set, or for a value with characters other than printable ASCII.
 */
export function parseDeliveryHeaders(
  text: string | undefined,
): Readonly<Record<string, string>> | undefined {
  if (text === undefined) return undefined
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  return Object.fromEntries(lines.map(parseLine))
}

function parseLine(line: string): readonly [string, string] {
  const colon = line.indexOf(':')
  const name = line.slice(0, Math.max(colon, 0)).trim()
  const value = line.slice(colon + 1).trim()
  const allowed = ALLOWED.get(name.toLowerCase())
  if (allowed === undefined) {
    throw invalidParam(
      'headers',
      `may set ${[...ALLOWED.values()].join(' and ')}, each as Name: value, received ${printable(line)}`,
    )
  }
  if (value.length > MAX_VALUE_CHARACTERS || !/^[\x20-\x7e]+$/.test(value)) {
    throw invalidParam(
      'headers',
      `must have values of 1 to ${MAX_VALUE_CHARACTERS} printable ASCII characters`,
    )
  }
  return [allowed, value]
}

function printable(text: string): string {
  return text.slice(0, 64).replace(/[^\x20-\x7e]/g, '?')
}

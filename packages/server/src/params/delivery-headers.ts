/** `headers`: what is delivered with an asset beside its bytes. @module */

import { invalidParam } from './param-values.js'

/** Headers that say something about a file and change nothing about who may read it or what a browser does with it. */
const ALLOWED: ReadonlyMap<string, string> = new Map([
  ['link', 'Link'],
  ['x-robots-tag', 'X-Robots-Tag'],
])
const MAX_VALUE_CHARACTERS = 1024

/**
 * Read `headers`, lines of `Name: value`.
 * @throws MediaError PARAM_INVALID naming a header that cannot be set.
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

/**
 * Generates seeded parameter maps with hostile values, to compare signatures with the official SDK.
 * @module
 */

import { PARAMS } from '@countersign/protocol/params'

/** @typedef {import('@countersign/protocol/params').WireParams} WireParams */
/** @typedef {import('@countersign/protocol/params').WireValue} WireValue */

const NAMES = [...PARAMS.keys()]

const PIECES = [
  '&',
  '=',
  '%',
  '%26',
  '%2526',
  ',',
  '[',
  ']',
  '[]',
  '"',
  "'",
  '`',
  '\\',
  '|',
  '+',
  ' ',
  '\t',
  '\n',
  '\r\n',
  '\0',
  '\u007f',
  '/',
  '//',
  '..',
  '?',
  '#',
  '{',
  '}',
  '<',
  '>',
  ';',
  ':',
  '$&',
  '$1',
  '&tags=evil',
  '=&=',
  'a',
  'Z',
  '0',
  '00',
  'true',
  'null',
  'undefined',
  '__proto__',
  '\u00fc',
  'u\u0308',
  '\u0130',
  '\u0131',
  '\u00df',
  '\u212a',
  '\u65e5\u672c',
  '\ud83d\ude00',
  '\ud83d\udc69\u200d\ud83d\ude80',
  '\ud800',
  '\udc00',
  '\u200b',
  '\ufeff',
  '\u2028',
  '\u202e',
  'x'.repeat(70),
]

const NUMBERS = [
  0,
  -0,
  1,
  -1,
  0.1,
  0.65,
  1e21,
  1e-7,
  -1.5,
  2 ** 53,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  1_700_000_000,
]

/**
 * Creates a seeded generator of numbers in [0, 1) that gives the same numbers on every platform
 * (mulberry32).
 * @param {number} seed
 * @returns {() => number}
 */
export function createRandom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * Returns up to twelve parameters in random order, with names from the wire list.
 * @param {() => number} random
 * @returns {WireParams}
 */
export function createParams(random) {
  /** @type {Record<string, WireValue>} */
  const params = {}
  const count = Math.floor(random() * 13)
  for (let index = 0; index < count; index++) params[pick(random, NAMES)] = createValue(random)
  return params
}

/**
 * @param {() => number} random
 * @returns {WireValue}
 */
function createValue(random) {
  const roll = random()
  if (roll < 0.15) {
    return Array.from({ length: Math.floor(random() * 4) }, () => createScalar(random))
  }
  return createScalar(random)
}

/**
 * @param {() => number} random
 * @returns {string | number | boolean | null | undefined}
 */
function createScalar(random) {
  const roll = random()
  if (roll < 0.1) return pick(random, NUMBERS)
  if (roll < 0.18) return random() < 0.5
  if (roll < 0.22) return null
  if (roll < 0.25) return undefined
  if (roll < 0.3) return ''
  return Array.from({ length: 1 + Math.floor(random() * 5) }, () => pick(random, PIECES)).join('')
}

/**
 * @template T
 * @param {() => number} random
 * @param {readonly T[]} values
 * @returns {T}
 */
function pick(random, values) {
  return /** @type {T} */ (values[Math.floor(random() * values.length)])
}

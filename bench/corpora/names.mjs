/** Names that try to leave their folder or that mislead readers. @module */

const DOTS = [
  '..',
  '.',
  '...',
  '....',
  '. .',
  '..;',
  '..\u0000',
  '\u2025',
  '\uff0e\uff0e',
  '%2e%2e',
  '%252e%252e',
  '..%00',
  '%c0%ae%c0%ae',
  '..%ff',
  '.%2e',
]
const SLASHES = [
  '/',
  '\\',
  '//',
  '/./',
  '%2f',
  '%5c',
  '%252f',
  '%c0%af',
  '\u2215',
  '\u29f8',
  '\uff0f',
  '\uff3c',
  '/\\',
]
const TARGETS = [
  'canary',
  'canary.txt',
  'etc/passwd',
  'staging',
  'blobs',
  'catalog.db',
  'windows\\win.ini',
  'proc/self/environ',
]
const ROOTS = [
  '',
  '/',
  'C:\\',
  'c:/',
  '\\\\server\\share\\',
  '\\\\?\\C:\\',
  'file:///',
  '~/',
  '$HOME/',
  '/proc/self/cwd/',
  '\u0000/',
  ' /',
]
const PROTOTYPE = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
  'then',
]
const WINDOWS = [
  'con',
  'PRN',
  'aux',
  'NUL',
  'com1',
  'LPT9',
  'con.txt',
  'nul.jpg',
  'a:stream',
  'a::$DATA',
  'x.',
  'x ',
  'x...',
]
const DECEIVING = [
  'gpj.\u202eexe',
  'a\u200bb',
  'a\u2066b\u2069',
  '\ufeffx',
  'cafe\u0301',
  '\u0430dmin',
  'x\u00adx',
  '\ud800',
  '\udfff',
  '\u{10ffff}',
  '\ue000',
  '\u{1f469}\u200d\u{1f4bb}',
]
const SHELL = [
  '$(touch canary)',
  '`touch canary`',
  '; rm -rf canary',
  '| cat canary',
  '&& x',
  "' or 1=1 --",
  '"; drop table assets; --',
  '<script>',
  '{{7*7}}',
  '#{7*7}',
  '%s%n',
  '*',
  '?',
  '-rf',
  '--help',
]
const CONTROL = Array.from({ length: 34 }, (_, at) => String.fromCodePoint(at < 32 ? at : at + 95))

/** Creates at least 5,000 different names. @returns {string[]} */
export function createNames() {
  const climbs = DOTS.flatMap((dot) =>
    SLASHES.flatMap((slash) =>
      [1, 3, 12].flatMap((depth) =>
        TARGETS.map((target) => `${`${dot}${slash}`.repeat(depth)}${target}`),
      ),
    ),
  )
  const rooted = ROOTS.flatMap((root) => TARGETS.map((target) => `${root}${target}`))
  const inside = DOTS.flatMap((dot) => SLASHES.map((slash) => `a${slash}${dot}${slash}b`))
  const words = [...PROTOTYPE, ...WINDOWS, ...DECEIVING, ...SHELL]
  const dressed = words.flatMap((word) => [
    word,
    `a/${word}`,
    `${word}/a`,
    `${word}.jpg`,
    `a/${word}/b`,
  ])
  const controls = CONTROL.flatMap((code) => [
    code,
    `a${code}b`,
    `${code}a`,
    `a${code}`,
    `../${code}canary`,
  ])
  const lengths = [254, 255, 256, 1000, 4096].flatMap((length) =>
    ['a', 'ä', '\u{1f600}', 'a/'].map((unit) =>
      unit.repeat(Math.ceil(length / unit.length)).slice(0, length),
    ),
  )
  return [...new Set(['', ...climbs, ...rooted, ...inside, ...dressed, ...controls, ...lengths])]
}

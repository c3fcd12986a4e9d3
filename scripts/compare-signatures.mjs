#!/usr/bin/env node
/**
 * Compares our signatures with the official SDK's on a million seeded, hostile parameter maps, with four variants each. Writes the
 * counts to bench/results/compare-signatures.json. Exits with 1 if there is a difference.
 *
 * Usage: node scripts/compare-signatures.mjs [--maps 1000000] [--seed 1] [--no-write]
 */

import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { parseArgs } from 'node:util'
import { compareWithSdk } from '../packages/protocol/test/compare-with-sdk.mjs'

const { values } = parseArgs({
  options: {
    maps: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    'no-write': { type: 'boolean', default: false },
  },
})
const maps = Number(values.maps)
const seed = Number(values.seed)
if (!Number.isSafeInteger(maps) || maps < 1 || !Number.isSafeInteger(seed)) {
  console.error('compare-signatures: --maps and --seed must be whole numbers, --maps at least 1')
  process.exit(1)
}
const { locale } = new Intl.Collator().resolvedOptions()
if (!locale.startsWith('en')) {
  // The SDK sorts in the order of the locale, so its signatures are right only in the C locale.
  console.error(`compare-signatures: the locale is ${locale}; run it with LC_ALL=C`)
  process.exit(1)
}

const started = performance.now()
const result = compareWithSdk({ seed, maps })
const seconds = Math.round((performance.now() - started) / 1000)
const report = {
  question: 'Do our signatures equal those of the official SDK?',
  command: `node scripts/compare-signatures.mjs --maps ${maps} --seed ${seed}`,
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  cloudinary: createRequire(import.meta.url)('cloudinary/package.json').version,
  locale,
  seconds,
  maps: result.maps,
  variants: ['sha1 v2', 'sha256 v2', 'sha1 v1', 'sha256 v1'],
  comparisons: result.comparisons,
  different: result.different,
}
console.log(report)
if (result.first) console.error(`first difference: ${result.first}`)
if (!values['no-write']) {
  const folder = new URL('../bench/results/', import.meta.url)
  await mkdir(folder, { recursive: true })
  await writeFile(
    new URL('compare-signatures.json', folder),
    `${JSON.stringify(report, null, 2)}\n`,
  )
}
process.exitCode = result.different === 0 ? 0 : 1

#!/usr/bin/env node
/**
 * Measures how fast one thread signs ten parameters. Ours, the official SDK and two floors take turns on the same maps, so that other
 * load on the machine affects all alike. Ratios are medians over rounds; rates are from the same run.
 *
 * Usage: node bench/signing.mjs [--rounds 15] [--no-write]
 */

import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import os from 'node:os'
import { parseArgs } from 'node:util'
import { apiSignRequest } from '@countersign/protocol/signature'

const require = createRequire(import.meta.url)
const { utils } = require('cloudinary').v2

const SECRET = 'Qm9ndXMtc2VjcmV0LU5vdC1SZWFs'
const SIGNATURES_A_ROUND = 20_000
const GOALS = { 'official SDK': 2, 'floor, crypto.hash': 0.9 }

// Many different maps, because the engine would cache the string of a repeated map.
const MAPS = Array.from({ length: 256 }, (_, index) => ({
  timestamp: 1_700_000_000 + index,
  source: 'uw',
  upload_preset: 'avatars',
  folder: `users/${index}`,
  public_id: `portrait-${index * 7}`,
  tags: ['profile', `pending-${index}`],
  context: `alt=A portrait ${index}|caption=Fish & chips`,
  filename_override: `my file (${index}).JPG`,
  use_filename: true,
  nonce: crypto.createHash('md5').update(String(index)).digest('hex'),
}))

/** @type {Record<string, (params: (typeof MAPS)[number]) => string>} */
const SIGNERS = {
  ours: (params) => apiSignRequest(params, SECRET),
  'official SDK': (params) => utils.api_sign_request(params, SECRET, 'sha1', 2),
  'floor, crypto.hash': (params) => crypto.hash('sha1', leastString(params) + SECRET, 'hex'),
  'floor, createHash': (params) =>
    crypto
      .createHash('sha1')
      .update(leastString(params) + SECRET)
      .digest('hex'),
}

/**
 * Builds the same string with minimal code, for values that need no checks.
 * @param {Record<string, unknown>} params
 * @returns {string}
 */
function leastString(params) {
  let text = ''
  for (const name of Object.keys(params).sort()) {
    // Searched in the value only, because a search in the joined pair would have to flatten the
    // string.
    const value = String(params[name])
    const pair = `${name}=${value.includes('&') ? value.replaceAll('&', '%26') : value}`
    text = text === '' ? pair : `${text}&${pair}`
  }
  return text
}

/**
 * @param {(params: (typeof MAPS)[number]) => string} sign
 * @returns {number} Signatures per second.
 */
function measure(sign) {
  const started = performance.now()
  for (let index = 0; index < SIGNATURES_A_ROUND; index++) sign(MAPS[index % MAPS.length])
  return (SIGNATURES_A_ROUND / (performance.now() - started)) * 1000
}

/**
 * @param {number[]} values
 * @returns {number}
 */
function median(values) {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    'no-write': { type: 'boolean', default: false },
  },
})
const rounds = Number(flags.rounds)
if (!Number.isSafeInteger(rounds) || rounds < 1) {
  console.error('signing: --rounds must be a whole number, at least 1')
  process.exit(1)
}

const names = Object.keys(SIGNERS)
for (const params of MAPS) {
  assert.equal(new Set(names.map((name) => SIGNERS[name](params))).size, 1, 'all sign alike')
}
for (const name of names) measure(SIGNERS[name])

/** @type {Record<string, number[]>} */
const rates = Object.fromEntries(names.map((name) => [name, []]))
for (let round = 0; round < rounds; round++) {
  // The order changes each round, because the first one pays for the garbage of the last one.
  for (let step = 0; step < names.length; step++) {
    const name = names[(round + step) % names.length]
    rates[name].push(measure(SIGNERS[name]))
  }
}

const rows = names.map((name) => ({
  name,
  perSecond: Math.round(median(rates[name])),
  oursIsTimes: Number(
    median(rates.ours.map((rate, round) => rate / rates[name][round])).toFixed(2),
  ),
  goal: GOALS[name] ?? null,
}))
console.log('Signing ten params, one thread, SHA-1, version 2')
console.table(
  Object.fromEntries(
    rows.map(({ name, perSecond, oursIsTimes, goal }) => [
      name,
      {
        'a second': perSecond,
        'ours is times': oursIsTimes,
        goal: goal === null ? '' : `>= ${goal}`,
      },
    ]),
  ),
)

if (!flags['no-write']) {
  const report = {
    question: 'How fast is signing ten params on one thread?',
    command: `node bench/signing.mjs --rounds ${rounds}`,
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    cloudinary: require('cloudinary/package.json').version,
    hardware: `${os.cpus().length} x ${os.cpus()[0]?.model ?? 'unknown'}, shared`,
    rounds,
    rows,
  }
  await mkdir(new URL('results/', import.meta.url), { recursive: true })
  await writeFile(
    new URL('results/signing.json', import.meta.url),
    `${JSON.stringify(report, null, 2)}\n`,
  )
}

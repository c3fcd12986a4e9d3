#!/usr/bin/env node
/**
 * Measures the cost of the signing policy inside Next. A minimal app in production mode has an empty POST route and our signing route. Both take
 * turns, and the ratio is the median over rounds.
 *
 * Usage: node bench/signing-in-next.mjs [--rounds 7] [--seconds 2] [--connections 8] [--no-write]
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildApp, NEXT } from '../scripts/build-app.mjs'
import { ROOT } from '../scripts/repository.mjs'
import { appEnvironment } from '../scripts/run-command.mjs'
import { supervise } from '../scripts/supervise.mjs'
import { measureRate, median } from './signing-load.mjs'

const GOAL = 0.9
const APP = join(ROOT, 'test', '.artifacts', 'bench-next')
const FILES = {
  'package.json': '{ "private": true, "type": "module" }',
  'app/layout.jsx':
    'export default ({ children }) => <html lang="en"><body>{children}</body></html>',
  'app/empty/route.js': "export const POST = () => Response.json({ signature: '' })",
  'app/ready/route.js': 'export const GET = () => new Response()',
  'app/sign/route.js': `import { createSignHandler, force } from '@countersign/endpoint'

export const { GET, POST } = createSignHandler({
  authorize: (request) => request.headers.get('cookie') === 'session=alice' ? { id: 'alice' } : null,
  presets: { default: {
    limits: { accept: ['image/*'], maxBytes: 5_000_000 },
    params: (user) => ({ folder: force(\`users/\${user.id}\`) }),
  } },
  cloudName: 'bench',
  url: 'http://127.0.0.1:8787',
  keys: () => [{ id: '123456789012345', secret: 'bench-secret-of-more-than-twenty', scopes: ['upload'] }],
  // The call limits are counted but never reached.
  limiterStore: { take: () => ({ ok: true }) },
})`,
}

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '8' },
    'no-write': { type: 'boolean', default: false },
  },
})
const [rounds, seconds, connections] = [flags.rounds, flags.seconds, flags.connections].map(Number)
if (![rounds, seconds, connections].every((value) => Number(value) > 0)) {
  console.error('signing-in-next: --rounds, --seconds and --connections must be positive numbers')
  process.exit(1)
}
await main({ rounds: Number(rounds), seconds: Number(seconds), connections: Number(connections) })

/** @param {{ rounds: number, seconds: number, connections: number }} options */
async function main({ rounds, seconds, connections }) {
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(APP, name)), { recursive: true })
    writeFileSync(join(APP, name), `${text}\n`)
  }
  if (!(await buildApp(APP))) process.exit(1)
  const port = await freePort()
  const running = supervise([
    {
      name: 'next',
      args: [NEXT, 'start', '-H', '127.0.0.1', '-p', String(port)],
      cwd: APP,
      env: appEnvironment(),
      address: `http://127.0.0.1:${port}/ready`,
    },
  ])
  try {
    if (!(await running.ready())) throw new Error('next start did not become ready')
    const rates = await measureRounds({ rounds, seconds, connections, port })
    report(rates, { rounds, seconds, connections })
  } finally {
    await running.stop()
  }
}

/** @param {{ rounds: number, seconds: number, connections: number, port: number }} options */
async function measureRounds({ rounds, seconds, connections, port }) {
  const rates = { empty: /** @type {number[]} */ ([]), sign: /** @type {number[]} */ ([]) }
  const names = /** @type {const} */ (['empty', 'sign'])
  const ask = (/** @type {string} */ name) =>
    measureRate({ port, path: `/${name}`, seconds, connections })
  for (const name of names) await ask(name)
  for (let round = 0; round < rounds; round += 1) {
    // The order changes each round, because the first one pays for the garbage of the last one.
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      rates[name].push(await ask(name))
    }
  }
  return rates
}

/**
 * @param {{ empty: number[], sign: number[] }} rates
 * @param {{ rounds: number, seconds: number, connections: number }} options
 */
function report({ empty, sign }, { rounds, seconds, connections }) {
  const ratios = sign.map((rate, round) => rate / (empty[round] ?? Number.NaN))
  const rows = [
    { name: 'empty POST', perSecond: Math.round(median(empty)), timesTheEmpty: 1, goal: null },
    {
      name: 'ours',
      perSecond: Math.round(median(sign)),
      timesTheEmpty: Number(median(ratios).toFixed(2)),
      goal: GOAL,
    },
  ]
  console.table(rows)
  if (flags['no-write']) return
  const result = {
    question: 'What does the signing endpoint cost inside Next, beside an empty POST route?',
    command: `node bench/signing-in-next.mjs --rounds ${rounds} --seconds ${seconds} --connections ${connections}`,
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    hardware: `${os.cpus().length} x ${os.cpus()[0]?.model ?? 'unknown'}, shared; load from another process`,
    rounds,
    rows,
  }
  const path = new URL('results/signing-in-next.json', import.meta.url)
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`)
}

/** @returns {Promise<number>} */
function freePort() {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
      server.close(() => resolve(port))
    })
  })
}

#!/usr/bin/env node
/**
 * Measures the cost of the signing policy. Our handler in bare `node:http`, the tutorial's route body and a bare floor run in the same process
 * and take turns; ratios are medians over rounds. All three sign the same parameters, with SHA-256 or (like the tutorial's SDK) SHA-1.
 *
 * Usage: node bench/signing-handler.mjs [--rounds 7] [--seconds 2] [--connections 32] [--no-write]
 */

import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import os from 'node:os'
import { parseArgs } from 'node:util'
import { createSignHandler, force } from '@countersign/endpoint'
import { toNodeListener } from '@countersign/endpoint/node'
import { measureRate, median } from './signing-load.mjs'

const { v2: cloudinary } = createRequire(import.meta.url)('cloudinary')

const SECRET = 'bench-secret-of-more-than-twenty'
const GOAL = 0.6

await main()

async function main() {
  const { values: flags } = parseArgs({
    options: {
      rounds: { type: 'string', default: '7' },
      seconds: { type: 'string', default: '2' },
      connections: { type: 'string', default: '32' },
      'no-write': { type: 'boolean', default: false },
    },
  })
  const rounds = Number(flags.rounds)
  const options = { seconds: Number(flags.seconds), connections: Number(flags.connections) }
  if (![rounds, ...Object.values(options)].every((value) => value > 0)) {
    console.error('signing-handler: --rounds, --seconds and --connections must be positive numbers')
    process.exit(1)
  }
  const servers = await Promise.all(Object.entries(listeners()).map(start))
  /** @type {Map<string, number[]>} */
  const rates = new Map(servers.map(({ name }) => [name, []]))
  for (const server of servers) await measureRate({ ...options, port: server.port, seconds: 1 })
  for (let round = 0; round < rounds; round += 1) {
    // The order changes each round, because the first one pays for the garbage of the last one.
    for (let step = 0; step < servers.length; step += 1) {
      const server = servers[(round + step) % servers.length]
      rates.get(server.name)?.push(await measureRate({ ...options, port: server.port }))
    }
  }
  for (const { close } of servers) close()
  const floors = rates.get('floor') ?? []
  const rows = [...rates].map(([name, all]) => ({
    name,
    perSecond: Math.round(median(all)),
    timesTheFloor: Number(median(all.map((rate, round) => rate / floors[round])).toFixed(2)),
    goal: name === 'ours' ? GOAL : null,
  }))
  console.table(rows)
  if (flags['no-write']) return
  const report = {
    question: 'What does the policy of the signing endpoint cost, over HTTP in one server shape?',
    command: `node bench/signing-handler.mjs --rounds ${rounds} --seconds ${options.seconds} --connections ${options.connections}`,
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    hardware: `${os.cpus().length} x ${os.cpus()[0]?.model ?? 'unknown'}, shared; load from a thread of the same process`,
    rounds,
    rows,
  }
  const path = new URL('results/signing-handler.json', import.meta.url)
  await writeFile(path, `${JSON.stringify(report, null, 2)}\n`)
}

/** Creates the three routes, each as a listener of `node:http`. */
function listeners() {
  const handler = createSignHandler({
    authorize: (request) =>
      request.headers.get('cookie') === 'session=alice' ? { id: 'alice' } : null,
    presets: {
      default: {
        limits: { accept: ['image/*'], maxBytes: 5_000_000 },
        params: (user) => ({ folder: force(`users/${user.id}`) }),
      },
    },
    cloudName: 'bench',
    url: 'http://127.0.0.1:8787',
    keys: () => [{ id: '123456789012345', secret: SECRET, scopes: ['upload'] }],
    // The call limits are counted but never reached.
    limiterStore: { take: () => ({ ok: true }) },
  })
  return {
    floor: jsonRoute(({ paramsToSign }) => {
      const text = Object.keys(paramsToSign)
        .sort()
        .map((name) => `${name}=${paramsToSign[name]}`)
        .join('&')
      return {
        signature: createHash('sha256')
          .update(text + SECRET)
          .digest('hex'),
      }
    }),
    'tutorial route body': jsonRoute(({ paramsToSign }) => ({
      signature: cloudinary.utils.api_sign_request(paramsToSign, SECRET),
    })),
    ours: toNodeListener(handler),
  }
}

/**
 * @param {(body: any) => unknown} answer
 * @returns {import('node:http').RequestListener}
 */
function jsonRoute(answer) {
  return (incoming, response) => {
    let text = ''
    incoming.setEncoding('utf8')
    incoming.on('data', (part) => {
      text += part
    })
    incoming.on('end', () => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(answer(JSON.parse(text))))
    })
  }
}

/**
 * @param {[string, any]} entry
 * @returns {Promise<{ name: string, port: number, close: () => void }>}
 */
async function start([name, listener]) {
  const server = createServer(listener)
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { name, port: /** @type {any} */ (server.address()).port, close }
}

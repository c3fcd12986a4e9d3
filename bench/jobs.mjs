/**
 * Measures background jobs: how fast a started server delivers a backlog of notifications, and uploads per second while each upload
 * notifies one target. With `--before`, another built tree is measured in the same rounds, and each tree goes first equally often.
 *
 *   node bench/jobs.mjs [--rounds 5] [--events 3000] [--seconds 4] [--before ../other-tree] [--result bench/results/jobs.json]
 * @module
 */

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { commitOf, machine } from './machine.mjs'
import { sendMany } from './send-uploads.mjs'
import { CLOUD, FULL } from './upload-servers.mjs'

/** Targets of the backlog. A server sends at most five notifications at once to each. */
const TARGETS = 8
const CONNECTIONS = 32

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    events: { type: 'string', default: '3000' },
    seconds: { type: 'string', default: '4' },
    before: { type: 'string' },
    result: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const events = Number(values.events)
const ms = Number(values.seconds) * 1000
const here = resolve(import.meta.dirname, '..')
const trees = values.before ? [here, resolve(values.before)] : [here]

const receiver = await startReceiver()
const series = new Map(trees.map((tree) => [tree, emptySeries()]))
for (let round = 0; round < rounds; round++) {
  for (const [index] of trees.entries()) {
    const tree = trees[(index + round) % trees.length] ?? here
    const into = series.get(tree) ?? emptySeries()
    into.drain.push(await measureDrain(tree))
    into.uploads.push(await measureUploads(tree, [`${receiver.url}/0`]))
    into.quiet.push(await measureUploads(tree, []))
  }
}
receiver.server.close()
const report = {
  what: 'background jobs over HTTP on loopback, medians of all rounds',
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  machine: machine(tmpdir()),
  command: `node bench/jobs.mjs --rounds ${rounds} --events ${events} --seconds ${values.seconds}${values.before ? ' --before <tree>' : ''}`,
  ...summary(here),
  ...(values.before ? { before: summary(resolve(values.before)) } : {}),
}
console.log(JSON.stringify(report, null, 2))
if (values.result) await writeFile(values.result, `${JSON.stringify(report, null, 2)}\n`)

/** @param {string} tree */
function summary(tree) {
  const { drain, uploads, quiet } = series.get(tree) ?? emptySeries()
  return {
    commit: commitOf(tree),
    drain: {
      unit: `notifications/s, a backlog of ${events} for ${TARGETS} targets`,
      ...spread(drain),
    },
    uploads: {
      unit: `uploads/s, 20 KiB, ${CONNECTIONS} connections, one notification each`,
      ...spread(uploads),
    },
    uploadsWithoutJobs: { unit: 'uploads/s, the same without notifications', ...spread(quiet) },
  }
}

/** @returns {{ drain: number[], uploads: number[], quiet: number[] }} */
function emptySeries() {
  return { drain: [], uploads: [], quiet: [] }
}

/** @param {number[]} figures */
function spread(figures) {
  const sorted = [...figures].sort((a, b) => a - b)
  const round = (/** @type {number | undefined} */ figure) => Math.round(figure ?? 0)
  return {
    median: round(sorted[Math.floor(sorted.length / 2)]),
    least: round(sorted[0]),
    most: round(sorted.at(-1)),
  }
}

/** Returns notifications per second. @param {string} tree */
async function measureDrain(tree) {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-jobs-'))
  const targets = Array.from({ length: TARGETS }, (_, at) => `${receiver.url}/${at}`)
  await enqueue(tree, { folder, targets })
  const delivered = receiver.count(events)
  const server = await startServer(tree, { folder, targets })
  const seconds = await delivered
  await server.stop()
  return events / seconds
}

/** @param {string} tree @param {{ folder: string, targets: readonly string[] }} backlog */
async function enqueue(tree, { folder, targets }) {
  const { createSqliteCatalog } = await import(join(tree, 'packages/server/dist/catalog-entry.js'))
  const catalog = await createSqliteCatalog({ path: join(folder, 'catalog.db') })
  const payload = { type: 'error', keyId: FULL.id, body: { error: { message: 'bench' } } }
  await Promise.all(
    Array.from({ length: events }, (_, at) => {
      const eventId = randomBytes(16).toString('hex')
      const target = targets[at % targets.length]
      const event = { eventId, topic: 'notification', target, payload }
      return catalog.acceptWork({ cloud: CLOUD, event, now: Date.now() })
    }),
  )
  await catalog.close()
}

/** Returns uploads per second, after two seconds of the same. @param {string} tree @param {readonly string[]} targets */
async function measureUploads(tree, targets) {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-jobs-'))
  const server = await startServer(tree, { folder, targets })
  const side = /** @type {const} */ ('ours')
  const load = { file: randomBytes(20 * 1024), connections: CONNECTIONS }
  const at = { side, pid: undefined, port: server.port, stop: server.stop }
  await sendMany(at, { ...load, ms: 2000 })
  const perSecond = await sendMany(at, { ...load, ms })
  await server.stop()
  return perSecond
}

/** @param {string} tree @param {{ folder: string, targets: readonly string[] }} data */
async function startServer(tree, { folder, targets }) {
  const program = join(tree, 'packages/cli/bin/countersign.js')
  const child = spawn(process.execPath, [program, 'serve', '--port', '0'], {
    env: {
      PATH: process.env.PATH,
      COUNTERSIGN_CLOUD: CLOUD,
      COUNTERSIGN_KEYS: `${FULL.id}:upload+manage+deliver:${FULL.secret}`,
      COUNTERSIGN_STORAGE: `file:${folder}`,
      COUNTERSIGN_DATABASE: `sqlite:${join(folder, 'catalog.db')}`,
      COUNTERSIGN_MAX_UPLOADS_PER_ADDRESS: '256',
      COUNTERSIGN_MIN_FREE_BYTES: '0',
      COUNTERSIGN_MIN_FREE_PERCENT: '0',
      COUNTERSIGN_WEBHOOK_SECRET: 'bench-webhook-secret-0000000000000003',
      COUNTERSIGN_PUBLIC_URL: 'http://127.0.0.1',
      ...(targets.length > 0 ? { COUNTERSIGN_NOTIFICATION_URLS: targets.join(',') } : {}),
      COUNTERSIGN_LOG_LEVEL: 'info',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const port = await new Promise((done) => {
    let text = ''
    child.stdout.on('data', (chunk) => {
      if (text.length < 20_000) text += chunk
      const found = /listening at http:\/\/127\.0\.0\.1:(\d+)/.exec(text)
      if (found) done(Number(found[1]))
    })
  })
  return {
    port: Number(port),
    async stop() {
      child.kill('SIGKILL')
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Starts a receiver that answers 200 and measures the seconds between the first and the last of a number of requests. */
async function startReceiver() {
  let left = 0
  let startedAt = 0
  /** @type {(seconds: number) => void} */
  let finish = () => {}
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.end())
    if (left === 0) return
    if (startedAt === 0) startedAt = performance.now()
    left -= 1
    if (left === 0) finish((performance.now() - startedAt) / 1000)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('the receiver does not listen')
  return {
    server,
    url: `http://127.0.0.1:${address.port}`,
    /** @param {number} count @returns {Promise<number>} */
    count(count) {
      left = count
      startedAt = 0
      return new Promise((resolveCount) => {
        finish = resolveCount
      })
    },
  }
}

/**
 * Kills the media server with SIGKILL at random moments under load (uploads, chunked uploads, overwrites, renames, destroys). Then checks that
 * all acknowledged changes are stored, and that one run of the collector leaves no unreferenced file.
 *
 *   node bench/crash-campaign.mjs [--cycles 500] [--clients 8] [--seed 1] [--result bench/results/crash-campaign.json]
 *
 * Covers the death of the process. Does not cover power loss, which also loses unsynced pages.
 * @module
 */

import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { auditStore, GONE } from './audit-store.mjs'
import { commitOf, machine } from './machine.mjs'
import { seededRandom } from './seeded-random.mjs'
import { signedForm } from './signed-form.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const CLI = join(ROOT, 'packages/cli/bin/countersign.js')
const KEY = { cloud: 'crash', id: '123456789012345', secret: 'crash-campaign-secret-0000000001' }
/** Minimum size of a part that is not the last (upload-api 3). */
const PART_BYTES = 5_000_000

/** Maximum number of acknowledgements before the server is killed, however slow the machine is. */
const MOST_ACKNOWLEDGED = 40
/** Maximum delay between the last of them and the kill, in milliseconds. */
const LONGEST_DELAY_MS = 100

const { values } = parseArgs({
  options: {
    cycles: { type: 'string', default: '500' },
    clients: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
    result: { type: 'string' },
  },
})
const random = seededRandom(Number(values.seed))
/** Possible contents of each name: MD5s, or GONE. @type {Map<string, readonly string[]>} */
const names = new Map()
const acknowledged = { uploads: 0, chunked: 0, overwrites: 0, renames: 0, destroys: 0 }
const report = await campaign(Number(values.cycles), Number(values.clients))
console.log(JSON.stringify(report, null, 2))
if (values.result) await writeFile(values.result, `${JSON.stringify(report, null, 2)}\n`)
process.exitCode = report.violations > 0 ? 1 : 0

/** @param {number} cycles @param {number} clients */
async function campaign(cycles, clients) {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-crash-'))
  const startedAt = Date.now()
  try {
    for (let cycle = 0; cycle < cycles; cycle++) {
      const server = await startServer(folder)
      const until = countAcknowledged() + Math.floor(random() * MOST_ACKNOWLEDGED)
      const load = Array.from({ length: clients }, (_, lane) => client(server.address, lane))
      while (countAcknowledged() < until) await delay(1)
      await delay(random() * LONGEST_DELAY_MS)
      server.child.kill('SIGKILL')
      await Promise.all([server.exited, ...load])
    }
    // The start of a server removes some files by itself.
    const server = await startServer(folder)
    server.child.kill('SIGKILL')
    await server.exited
    const found = await auditStore(folder, { cloud: KEY.cloud, names })
    const { lost, corrupt, dangling, integrityErrors, afterCollecting } = found
    const left = afterCollecting.staged + afterCollecting.orphans + afterCollecting.lost
    return {
      what: 'SIGKILL of the whole server under load; everything acknowledged looked for afterwards, then one pass of the collector',
      date: new Date().toISOString().slice(0, 10),
      node: process.version,
      machine: machine(folder),
      commit: commitOf(),
      command: `node bench/crash-campaign.mjs --cycles ${cycles} --clients ${clients} --seed ${values.seed}`,
      cycles,
      acknowledged,
      ...found,
      violations: lost + corrupt + dangling + integrityErrors + left,
      seconds: Math.round((Date.now() - startedAt) / 1000),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function countAcknowledged() {
  return Object.values(acknowledged).reduce((sum, count) => sum + count, 0)
}

/** @param {string} folder */
async function startServer(folder) {
  const child = spawn(process.execPath, [CLI, 'serve', '--port', '0'], {
    env: {
      PATH: process.env.PATH,
      COUNTERSIGN_CLOUD: KEY.cloud,
      COUNTERSIGN_KEYS: `${KEY.id}:upload+manage+deliver:${KEY.secret}`,
      COUNTERSIGN_STORAGE: `file:${folder}`,
      // The disk may be nearly full.
      COUNTERSIGN_MIN_FREE_BYTES: '0',
      COUNTERSIGN_MIN_FREE_PERCENT: '0',
      COUNTERSIGN_DATABASE: `sqlite:${join(folder, 'catalog.db')}`,
      COUNTERSIGN_LOG_LEVEL: 'info',
      // Each kill leaves unfinished sessions.
      COUNTERSIGN_MAX_SESSIONS_PER_ADDRESS: '1000',
      COUNTERSIGN_MAX_SESSIONS: '100000',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const address = await new Promise((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += chunk
      const found = /Server listening at (http:[^"\\ ]+)/.exec(text)
      if (found) resolve(found[1])
    })
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${text}`)))
  })
  return { child, exited, address: String(address) }
}

/** Performs one action after another, under names of its lane, until the server dies. @param {string} address @param {number} lane */
async function client(address, lane) {
  try {
    for (;;) await step(address, lane)
  } catch (error) {
    // The connection broke, or the answer was cut off.
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error
  }
}

/** @param {string} address @param {number} lane */
async function step(address, lane) {
  const dice = random()
  const hot = `hot-${lane}-${Math.floor(random() * 4)}`
  if (dice < 0.08) return destroy(address, hot)
  if (dice < 0.16) return rename(address, hot, `hot-${lane}-${Math.floor(random() * 4)}`)
  if (dice < 0.3) return upload(address, hot, 'overwrites')
  const fresh = `new-${randomBytes(6).toString('hex')}`
  return dice < 0.34 ? uploadInParts(address, fresh) : upload(address, fresh, 'uploads')
}

/** @param {string} address @param {string} publicId @param {'uploads' | 'overwrites'} kind */
async function upload(address, publicId, kind) {
  const bytes = randomBytes(random() < 0.1 ? 400_000 : 500 + Math.floor(random() * 20_000))
  const md5 = digest(bytes)
  begin(publicId, md5)
  const form = signedForm(KEY, { public_id: publicId })
  form.append('file', new Blob([bytes]), 'x.bin')
  await post(address, { action: 'upload', body: form })
  names.set(publicId, [md5])
  acknowledged[kind] += 1
}

/** @param {string} address @param {string} publicId */
async function uploadInParts(address, publicId) {
  const bytes = Buffer.alloc(PART_BYTES + 1000, randomBytes(1000))
  const md5 = digest(bytes)
  begin(publicId, md5)
  const id = randomBytes(8).toString('hex')
  for (const [first, last] of [
    [0, PART_BYTES - 1],
    [PART_BYTES, bytes.length - 1],
  ]) {
    const form = signedForm(KEY, { public_id: publicId })
    form.append('file', new Blob([bytes.subarray(first, Number(last) + 1)]), 'x.bin')
    const headers = {
      'x-unique-upload-id': id,
      'content-range': `bytes ${first}-${last}/${bytes.length}`,
    }
    await post(address, { action: 'upload', body: form, headers })
  }
  names.set(publicId, [md5])
  acknowledged.chunked += 1
}

/** @param {string} address @param {string} publicId */
async function destroy(address, publicId) {
  begin(publicId, GONE)
  await post(address, { action: 'destroy', body: signedForm(KEY, { public_id: publicId }) })
  names.set(publicId, [GONE])
  acknowledged.destroys += 1
}

/** @param {string} address @param {string} from @param {string} to */
async function rename(address, from, to) {
  const moved = names.get(from) ?? [GONE]
  if (from === to || moved.includes(GONE)) return
  const before = names.get(to) ?? [GONE]
  names.set(from, [...moved, GONE])
  names.set(to, [...before, ...moved])
  const params = { from_public_id: from, to_public_id: to, overwrite: 'true' }
  await post(address, { action: 'rename', body: signedForm(KEY, params) })
  names.set(from, [GONE])
  names.set(to, moved)
  acknowledged.renames += 1
}

/** Records a possible content. Until the acknowledgement, old and new content are both possible. @param {string} name @param {string} md5 */
function begin(name, md5) {
  names.set(name, [...(names.get(name) ?? [GONE]), md5])
}

/** @param {string} address @param {{ action: string, body: FormData, headers?: Record<string, string> }} call */
async function post(address, { action, ...init }) {
  const url = `${address}/v1_1/${KEY.cloud}/raw/${action}`
  const response = await fetch(url, { method: 'POST', ...init })
  const json = await response.json()
  if (response.status !== 200) throw new Error(JSON.stringify(json))
}

/** @param {Buffer} bytes */
function digest(bytes) {
  return createHash('md5').update(bytes).digest('hex')
}

/** @param {number} milliseconds */
function delay(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/**
 * Kills the media server with SIGKILL while the parts of uploads arrive at once: repeated, overlapping, broken off, and with wrong bytes. After
 * each restart, every acknowledged part must still be there. In the end, each upload is completed, and its file must have the right MD5.
 *
 *   node bench/part-campaign.mjs [--cycles 1000] [--uploads 4] [--senders 4] [--seed 1] [--result bench/results/part-campaign.json]
 *
 * Covers the death of the process. Does not cover power loss, which also loses unsynced pages.
 * @module
 */

import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { auditStore, GONE } from './audit-store.mjs'
import { commitOf, machine } from './machine.mjs'
import { seededRandom } from './seeded-random.mjs'
import { signedForm } from './signed-form.mjs'

const SERVER = fileURLToPath(new URL('part-server.mjs', import.meta.url))
const KEY = { cloud: 'parts', id: '123456789012345', secret: 'part-campaign-secret-000000000001' }
const GRID_BYTES = 1024 * 1024
/** Maximum number of acknowledged parts before the server is killed. */
const MOST_ACKNOWLEDGED = 30
/** Maximum delay between the last of them and the kill, in milliseconds. */
const LONGEST_DELAY_MS = 50

const { values } = parseArgs({
  options: {
    cycles: { type: 'string', default: '1000' },
    uploads: { type: 'string', default: '4' },
    senders: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
    result: { type: 'string' },
  },
})
const random = seededRandom(Number(values.seed))

/** @typedef {readonly [first: number, last: number]} Range Inclusive. */
/** @typedef {{ nonce: string, name: string, bytes: Buffer, md5: string, acknowledged: Range[], isDone: boolean }} Upload */

/** Possible contents of each name: MD5s, or GONE. @type {Map<string, readonly string[]>} */
const names = new Map()
const counts = { acknowledged: 0, repeated: 0, refused: 0, broken: 0, completed: 0 }
const found = { lostParts: 0, wrongFiles: 0 }
/** @type {Upload[]} */
let uploads = []

const report = await campaign(Number(values.cycles))
console.log(JSON.stringify(report, null, 2))
if (values.result) await writeFile(values.result, `${JSON.stringify(report, null, 2)}\n`)
process.exitCode = report.violations > 0 ? 1 : 0

/** @param {number} cycles */
async function campaign(cycles) {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-part-kills-'))
  const startedAt = Date.now()
  try {
    for (let cycle = 0; cycle < cycles; cycle++) {
      const server = await startServer(folder)
      for (const upload of uploads) await checkParts(server.address, upload)
      uploads = uploads.filter(({ isDone }) => !isDone)
      while (uploads.length < Number(values.uploads)) uploads.push(newUpload())
      const until = counts.acknowledged + 1 + Math.floor(random() * MOST_ACKNOWLEDGED)
      const load = uploads.flatMap((upload) =>
        Array.from({ length: Number(values.senders) }, () => sendUntilKilled(server, upload)),
      )
      while (counts.acknowledged < until && uploads.some(({ isDone }) => !isDone)) await delay(1)
      await delay(random() * LONGEST_DELAY_MS)
      server.child.kill('SIGKILL')
      await Promise.all([server.exited, ...load])
    }
    const server = await startServer(folder)
    for (const upload of uploads) {
      await checkParts(server.address, upload)
      await complete(server.address, upload)
    }
    server.child.kill('SIGKILL')
    await server.exited
    const audit = await auditStore(folder, { cloud: KEY.cloud, names })
    const { lost, corrupt, dangling, integrityErrors, afterCollecting } = audit
    const left = afterCollecting.staged + afterCollecting.orphans + afterCollecting.lost
    return {
      what: 'SIGKILL of the server while parts of one upload arrive at once, repeated, overlapping, broken off and with wrong bytes; every acknowledged part looked for after each restart, and every file compared at the end',
      date: new Date().toISOString().slice(0, 10),
      node: process.version,
      machine: machine(folder),
      commit: commitOf(),
      command: `node bench/part-campaign.mjs --cycles ${cycles} --uploads ${values.uploads} --senders ${values.senders} --seed ${values.seed}`,
      cycles,
      parts: counts,
      ...found,
      ...audit,
      violations:
        found.lostParts + found.wrongFiles + lost + corrupt + dangling + integrityErrors + left,
      seconds: Math.round((Date.now() - startedAt) / 1000),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** @returns {Upload} */
function newUpload() {
  const bytes = randomBytes(2_000_000 + Math.floor(random() * 6_000_000))
  const nonce = randomBytes(16).toString('hex')
  const md5 = createHash('md5').update(bytes).digest('hex')
  const name = `upload-${nonce}`
  names.set(name, [GONE, md5])
  return { nonce, name, bytes, md5, acknowledged: [], isDone: false }
}

/** @param {string} folder */
async function startServer(folder) {
  const child = spawn(process.execPath, [SERVER], {
    env: {
      PATH: process.env.PATH,
      COUNTERSIGN_CLOUD: KEY.cloud,
      COUNTERSIGN_KEYS: `${KEY.id}:upload+manage:${KEY.secret}`,
      COUNTERSIGN_STORAGE: `file:${folder}`,
      COUNTERSIGN_DATABASE: `sqlite:${join(folder, 'catalog.db')}`,
      // The disk may be nearly full.
      COUNTERSIGN_MIN_FREE_BYTES: '0',
      COUNTERSIGN_MIN_FREE_PERCENT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const address = await new Promise((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += chunk
      const ready = /listening at (\S+)/.exec(text)
      if (ready) resolve(ready[1])
    })
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${text}`)))
  })
  return { child, exited, address: String(address) }
}

/** Sends one part after another until the server dies or the upload is done. @param {{ address: string }} server @param {Upload} upload */
async function sendUntilKilled({ address }, upload) {
  try {
    while (!upload.isDone) await sendSomething(address, upload)
  } catch (error) {
    // The connection broke, or the answer was cut off.
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error
  }
}

/** @param {string} address @param {Upload} upload */
async function sendSomething(address, upload) {
  const dice = random()
  const known = upload.acknowledged[Math.floor(random() * upload.acknowledged.length)]
  if (known && dice < 0.1) return sendPart(address, upload, { range: known })
  if (known && dice < 0.2) return sendWrong(address, upload, known)
  if (dice < 0.35) return breakOff(address, upload, gridRange(upload))
  // Fills a gap, so that uploads are completed between the kills, too.
  if (dice < 0.55)
    return sendPart(address, upload, { range: firstGap(upload, upload.acknowledged) })
  return sendPart(address, upload, { range: dice < 0.65 ? anyRange(upload) : gridRange(upload) })
}

/** Returns the first range that no part covers; the whole file if there is no gap. @param {Upload} upload @param {readonly Range[]} ranges @returns {Range} */
function firstGap({ bytes }, ranges) {
  let first = 0
  for (const [start, end] of [...ranges].sort(([one], [other]) => one - other)) {
    if (start > first) return [first, Math.min(start, first + GRID_BYTES) - 1]
    first = Math.max(first, end + 1)
  }
  return first < bytes.length
    ? [first, Math.min(bytes.length, first + GRID_BYTES) - 1]
    : [0, bytes.length - 1]
}

/** @param {Upload} upload @returns {Range} */
function gridRange({ bytes }) {
  const first = Math.floor((random() * bytes.length) / GRID_BYTES) * GRID_BYTES
  return [first, Math.min(first + GRID_BYTES, bytes.length) - 1]
}

/** @param {Upload} upload @returns {Range} */
function anyRange({ bytes }) {
  const first = Math.floor(random() * (bytes.length - 1))
  return [first, Math.min(bytes.length - 1, first + 1 + Math.floor(random() * 2 * GRID_BYTES))]
}

/** @param {string} address @param {Upload} upload @param {{ range: Range }} part */
async function sendPart(address, upload, { range: [first, last] }) {
  const isKnown = isCovered(upload.acknowledged, [first, last])
  const answer = await post(address, upload, {
    range: [first, last],
    bytes: upload.bytes.subarray(first, last + 1),
  })
  if (answer.status !== 200) {
    counts.refused += 1
    return
  }
  counts.acknowledged += 1
  if (isKnown) counts.repeated += 1
  upload.acknowledged.push([first, last])
  if (answer.json.done) finish(upload, answer.json)
}

/** Sends other bytes for a range that was acknowledged. The server must refuse them. @param {string} address @param {Upload} upload @param {Range} range */
async function sendWrong(address, upload, range) {
  const answer = await post(address, upload, { range, bytes: randomBytes(range[1] - range[0] + 1) })
  if (answer.status === 200) throw new Error('wrong bytes were accepted for an acknowledged range')
  counts.refused += 1
}

/** Sends most of a part with wrong bytes, and closes the connection. @param {string} address @param {Upload} upload @param {Range} range */
async function breakOff(address, upload, [first, last]) {
  const form = new Response(signedPart(upload, randomBytes(last - first + 1)))
  const body = Buffer.from(await form.arrayBuffer())
  await new Promise((resolve) => {
    const call = request(`${address}/v1_1/${KEY.cloud}/raw/upload`, {
      method: 'POST',
      headers: {
        'content-type': form.headers.get('content-type') ?? '',
        'content-length': body.length,
        ...rangeHeaders(upload, [first, last]),
      },
    })
    call.on('error', resolve)
    call.on('close', resolve)
    call.write(body.subarray(0, Math.floor(body.length * 0.9)), () => call.destroy())
  })
  counts.broken += 1
}

/** @param {string} address @param {Upload} upload @param {{ range: Range, bytes: Buffer }} part */
async function post(address, upload, { range, bytes }) {
  const response = await fetch(`${address}/v1_1/${KEY.cloud}/raw/upload`, {
    method: 'POST',
    body: signedPart(upload, bytes),
    headers: rangeHeaders(upload, range),
  })
  const json = await response.json()
  // 400: the range overlaps another one, or the upload is done. 429: the upload was completed meanwhile.
  if (![200, 400, 429].includes(response.status)) throw new Error(JSON.stringify(json))
  return { status: response.status, json }
}

/** @param {Upload} upload @param {Buffer} bytes */
function signedPart({ nonce, name }, bytes) {
  const form = signedForm(KEY, { nonce, public_id: name })
  form.append('file', new Blob([bytes]), 'x.bin')
  return form
}

/** @param {Upload} upload @param {Range} range */
function rangeHeaders({ nonce, bytes }, [first, last]) {
  return { 'x-unique-upload-id': nonce, 'content-range': `bytes ${first}-${last}/${bytes.length}` }
}

/** Compares the server's parts with those that it has acknowledged. @param {string} address @param {Upload} upload */
async function checkParts(address, upload) {
  const received = await readReceived(address, upload)
  for (const range of upload.acknowledged) {
    if (!upload.isDone && !isCovered(received, range)) found.lostParts += 1
  }
}

/** Sends what is missing until the upload is done. @param {string} address @param {Upload} upload */
async function complete(address, upload) {
  for (let tries = 0; !upload.isDone; tries++) {
    if (tries > 1000) throw new Error(`${upload.name} cannot be completed`)
    const received = await readReceived(address, upload)
    if (upload.isDone) return
    // If a kill interrupted the joining, no byte is missing. A repeated part joins the file then.
    const isWhole = isCovered(received, [0, upload.bytes.length - 1])
    const range = (isWhole && upload.acknowledged.at(-1)) || firstGap(upload, received)
    await sendPart(address, upload, { range })
  }
}

/** @param {string} address @param {Upload} upload @returns {Promise<Range[]>} */
async function readReceived(address, upload) {
  const response = await fetch(`${address}/v1_1/${KEY.cloud}/upload_sessions/${upload.nonce}`)
  const json = await response.json()
  if (response.status === 404) return []
  if (json.status === 'done') finish(upload, json.result)
  return json.received ?? []
}

/** @param {Upload} upload @param {{ etag: string }} asset */
function finish(upload, { etag }) {
  if (upload.isDone) return
  upload.isDone = true
  counts.completed += 1
  names.set(upload.name, [upload.md5])
  if (etag !== upload.md5) found.wrongFiles += 1
}

/** True if acknowledged or received ranges, joined, contain a range. @param {readonly Range[]} ranges @param {Range} range */
function isCovered(ranges, [first, last]) {
  let next = first
  for (const [start, end] of [...ranges].sort(([one], [other]) => one - other)) {
    if (start <= next && end >= next) next = end + 1
  }
  return next > last
}

/** @param {number} milliseconds */
function delay(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

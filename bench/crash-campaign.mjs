/**
 * Kills the media server with SIGKILL at random moments under load, and looks for every upload that it had acknowledged.
 *
 *   node bench/crash-campaign.mjs [--cycles 200] [--clients 8] [--seed 1] [--result bench/results/crash-campaign.json]
 *
 * What it shows: death of the process. What it does not show: power loss, where unsynced pages go too.
 * @module
 */

import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { apiSignRequest } from '@countersign/protocol/signature'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const CLI = join(ROOT, 'packages/cli/bin/countersign.js')
const KEY = { cloud: 'crash', id: '123456789012345', secret: 'crash-campaign-secret-0000000001' }

const { values } = parseArgs({
  options: {
    cycles: { type: 'string', default: '200' },
    clients: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
    result: { type: 'string' },
  },
})
const random = seededRandom(Number(values.seed))
const report = await campaign(Number(values.cycles), Number(values.clients))
console.log(JSON.stringify(report, null, 2))
if (values.result) await writeFile(values.result, `${JSON.stringify(report, null, 2)}\n`)
process.exitCode = report.lost + report.corrupt + report.dangling + report.leftInStaging > 0 ? 1 : 0

/** @param {number} cycles @param {number} clients */
async function campaign(cycles, clients) {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-crash-'))
  /** @type {Map<string, { publicId: string, md5: string, bytes: number }>} */
  const acknowledged = new Map()
  const totals = { lost: 0, corrupt: 0, dangling: 0, leftInStaging: 0, orphans: 0 }
  const startedAt = Date.now()
  try {
    for (let cycle = 0; cycle < cycles; cycle++) {
      const server = await startServer(folder)
      const load = Array.from({ length: clients }, () => client(server.address, acknowledged))
      await delay(50 + random() * 500)
      server.child.kill('SIGKILL')
      await Promise.all([server.exited, ...load])
    }
    const server = await startServer(folder)
    Object.assign(totals, await audit(server.address, folder, acknowledged))
    server.child.kill('SIGKILL')
    await server.exited
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return {
    what: 'SIGKILL of the whole server under load; every acknowledged upload looked for afterwards',
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    command: `node bench/crash-campaign.mjs --cycles ${cycles} --clients ${clients} --seed ${values.seed}`,
    cycles,
    acknowledged: acknowledged.size,
    ...totals,
    seconds: Math.round((Date.now() - startedAt) / 1000),
  }
}

/** @param {string} folder */
async function startServer(folder) {
  const child = spawn(process.execPath, [CLI, 'serve', '--port', '0'], {
    env: {
      PATH: process.env.PATH,
      COUNTERSIGN_CLOUD: KEY.cloud,
      COUNTERSIGN_KEYS: `${KEY.id}:upload+manage+deliver:${KEY.secret}`,
      COUNTERSIGN_STORAGE: `file:${folder}`,
      // Whatever disk this runs on.
      COUNTERSIGN_MIN_FREE_BYTES: '0',
      COUNTERSIGN_MIN_FREE_PERCENT: '0',
      COUNTERSIGN_DATABASE: `sqlite:${join(folder, 'catalog.db')}`,
      COUNTERSIGN_LOG_LEVEL: 'info',
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

/** Uploads until the server dies. @param {string} address @param {Map<string, object>} acknowledged */
async function client(address, acknowledged) {
  for (;;) {
    const size = random() < 0.1 ? 400_000 : 500 + Math.floor(random() * 20_000)
    const bytes = randomBytes(size)
    const md5 = createHash('md5').update(bytes).digest('hex')
    const params = { timestamp: Math.floor(Date.now() / 1000) }
    const form = new FormData()
    form.append('timestamp', String(params.timestamp))
    form.append('api_key', KEY.id)
    form.append('signature', apiSignRequest(params, KEY.secret))
    form.append('file', new Blob([bytes]), 'x.bin')
    try {
      const response = await fetch(`${address}/v1_1/${KEY.cloud}/raw/upload`, {
        method: 'POST',
        body: form,
      })
      const json = await response.json()
      if (response.status !== 200) throw new Error(JSON.stringify(json))
      acknowledged.set(json.public_id, { publicId: json.public_id, md5, bytes: size })
    } catch (error) {
      if (error instanceof TypeError || error instanceof SyntaxError) return
      throw error
    }
  }
}

/** @param {string} address @param {string} folder @param {Map<string, { publicId: string, md5: string, bytes: number }>} acknowledged */
async function audit(address, folder, acknowledged) {
  let lost = 0
  let corrupt = 0
  for (const { publicId, md5, bytes } of acknowledged.values()) {
    const response = await fetch(`${address}/${KEY.cloud}/raw/upload/${publicId}`)
    const body = Buffer.from(await response.arrayBuffer())
    if (response.status !== 200) lost += 1
    else if (body.length !== bytes || createHash('md5').update(body).digest('hex') !== md5)
      corrupt += 1
  }
  const rows = await listAll(address)
  const blobs = await countFiles(join(folder, 'blobs'))
  let dangling = 0
  for (const row of rows) {
    const response = await fetch(`${address}/${KEY.cloud}/raw/upload/${row.public_id}`)
    const body = Buffer.from(await response.arrayBuffer())
    if (response.status !== 200 || createHash('md5').update(body).digest('hex') !== row.etag)
      dangling += 1
  }
  return {
    lost,
    corrupt,
    dangling,
    leftInStaging: await countFiles(join(folder, 'staging')),
    rows: rows.length,
    orphans: blobs - rows.length,
  }
}

/** @param {string} address @returns {Promise<{ public_id: string, etag: string }[]>} */
async function listAll(address) {
  const authorization = `Basic ${Buffer.from(`${KEY.id}:${KEY.secret}`).toString('base64')}`
  const rows = []
  let cursor = ''
  do {
    const query = new URLSearchParams({
      max_results: '500',
      ...(cursor ? { next_cursor: cursor } : {}),
    })
    const response = await fetch(`${address}/v1_1/${KEY.cloud}/resources/raw/upload?${query}`, {
      headers: { authorization },
    })
    const page = await response.json()
    for (const { public_id } of page.resources) {
      const one = await fetch(`${address}/v1_1/${KEY.cloud}/resources/raw/upload/${public_id}`, {
        headers: { authorization },
      })
      rows.push(await one.json())
    }
    cursor = page.next_cursor ?? ''
  } while (cursor)
  return rows
}

/** @param {string} folder */
async function countFiles(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile()).length
}

/** @param {number} seed */
function seededRandom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** @param {number} milliseconds */
function delay(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

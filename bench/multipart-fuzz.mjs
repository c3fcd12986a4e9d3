/**
 * Sends mutated upload requests to a real server and checks its reactions.
 *
 *   node bench/multipart-fuzz.mjs [--requests 2000] [--connections 32] [--seed 1] [--result bench/results/multipart-fuzz.json]
 *
 * Each request starts as a valid signed form; a quarter of them are JSON or url-encoded with a data URI. Most are then broken: cut at any
 * byte; bytes flipped, removed, repeated or inserted; a differing boundary; nested, duplicate or nameless parts; long headers; false lengths;
 * odd chunked encodings. Reports a crash, a whole request without an answer, a status that no client understands, a 500, leftover open or
 * staging files, and growing memory.
 * @module
 */

import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createBrokenRequest, KEY, seedRequests } from './broken-requests.mjs'
import { startWatchedServer } from './watched-server.mjs'

/**
 * Statuses that official clients understand after an upload. A 500 would be an error of the server.
 */
const STATUSES = new Set([200, 400, 401, 404, 420, 429])
/** Timeout for the answer to a whole request, in milliseconds. */
const PATIENCE_MS = 60_000
/** Timeout for an optional answer, in milliseconds. */
const UNOWED_MS = 50
/** ESTABLISHED and CLOSE_WAIT in /proc/net/tcp. */
const OPEN_STATES = new Set(['01', '08'])
const HEAD_END = '\r\n\r\n'

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '2000' },
    connections: { type: 'string', default: '32' },
    seed: { type: 'string', default: '1' },
    result: { type: 'string' },
  },
})
seedRequests(Number(values.seed))
const report = await campaign(Number(values.requests), Number(values.connections))
console.log(JSON.stringify(report, null, 2))
if (values.result) await writeFile(values.result, `${JSON.stringify(report, null, 2)}\n`)
process.exitCode = report.failures === 0 ? 0 : 1

/** @param {number} requests @param {number} connections */
async function campaign(requests, connections) {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-fuzz-'))
  const server = await startWatchedServer(folder, {
    cloud: KEY.cloud,
    keys: `${KEY.id}:upload+manage+deliver+webhook:${KEY.secret}`,
  })
  /** @type {Map<string, number>} */
  const answers = new Map()
  /** @type {string[]} */
  const found = []
  const startedAt = Date.now()
  try {
    // The first requests load modules on demand, so memory is measured after them.
    await run(Math.min(300, Math.ceil(requests / 4)))
    const before = await settled()
    const half = Math.floor(requests / 2)
    await run(half)
    const middle = await look(folder, server.pid)
    await run(requests - half)
    const after = await settled(before.files)
    if (server.exitCode() !== null) found.push(`the server ended with ${server.exitCode()}`)
    if (after.staged > 0) found.push(`${after.staged} staging files are left`)
    if (after.files > before.files) found.push(`${after.files - before.files} open files are left`)
    found.push(...server.errors().map((line) => `logged: ${line.slice(0, 300)}`))
    const health = await fetch(`${server.address}/ready`).then(({ status }) => status)
    if (health !== 200) found.push(`/ready answers ${health}`)
    return {
      what: 'mutated upload requests against a real server: crashes, hangs, statuses, open files, staging files, memory',
      date: new Date().toISOString().slice(0, 10),
      node: process.version,
      command: `node bench/multipart-fuzz.mjs --requests ${requests} --connections ${connections} --seed ${values.seed}`,
      requests,
      failures: found.length,
      found: found.slice(0, 20),
      answers: Object.fromEntries([...answers].sort()),
      stagingFilesLeft: after.staged,
      openFilesLeft: Math.max(0, after.files - before.files),
      residentMiB: { before: before.mib, middle: middle.mib, after: after.mib },
      seconds: Math.round((Date.now() - startedAt) / 1000),
    }
  } finally {
    server.kill()
    await server.exited
    await rm(folder, { recursive: true, force: true })
  }

  /**
   * Waits at most a minute until the server has closed its connections and removed its staging
   * files.
   */
  async function settled(maxFiles = Number.POSITIVE_INFINITY) {
    const port = Number(new URL(server.address).port)
    for (let attempt = 0; attempt < 600; attempt += 1) {
      const { staged, files } = await look(folder, server.pid)
      const connections = await openConnections(server.pid, port)
      if (connections === 0 && staged === 0 && files <= maxFiles) break
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    return look(folder, server.pid)
  }

  /** @param {number} count */
  async function run(count) {
    let left = count
    async function worker() {
      while (left > 0 && server.exitCode() === null) {
        left -= 1
        const request = createBrokenRequest()
        const answer = await send(server.address, request)
        answers.set(String(answer), (answers.get(String(answer)) ?? 0) + 1)
        const isFine = typeof answer === 'number' ? STATUSES.has(answer) : !request.isWhole
        if (!isFine) found.push(`${request.name}: ${answer}`)
      }
    }
    await Promise.all(Array.from({ length: connections }, worker))
  }
}

/** @param {string} address @param {import('./broken-requests.mjs').BrokenRequest} request @returns {Promise<number | 'closed' | 'no answer'>} */
function send(address, { head, pieces, isWhole, isHalfClosed }) {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(address)
    const socket = connect(Number(port), hostname)
    let text = ''
    const timer = setTimeout(() => end('no answer'), isWhole ? PATIENCE_MS : UNOWED_MS)
    /** @param {number | 'closed' | 'no answer'} answer */
    function end(answer) {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      // The interim response to `Expect` is not an answer.
      if (text.startsWith('HTTP/1.1 100')) text = text.slice(text.indexOf(HEAD_END) + 4)
      const status = /^HTTP\/1\.1 (\d{3}) [\s\S]*?\r\n\r\n/.exec(text)?.[1]
      if (status) end(Number(status))
    })
    socket.on('error', () => {})
    socket.on('close', () => end('closed'))
    socket.write(head)
    for (const piece of pieces) socket.write(piece)
    if (isHalfClosed) socket.end()
  })
}

/** Returns the number of connections that one side has not closed, or 0 without /proc. @param {number} pid @param {number} port */
async function openConnections(pid, port) {
  const table = await readFile(`/proc/${pid}/net/tcp`, 'latin1').catch(() => '')
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/))
  return rows.filter((row) => row[1]?.endsWith(local) && OPEN_STATES.has(row[3] ?? '')).length
}

/** @param {string} folder @param {number} pid */
async function look(folder, pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kib = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0)
  const files = await openFiles(pid)
  const staged = await readdir(join(folder, 'staging')).catch(() => [])
  return { mib: Math.round(kib / 1024), files, staged: staged.length }
}

/** Returns the number of open files without sockets, or 0 without /proc. @param {number} pid */
async function openFiles(pid) {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => [])
  const targets = await Promise.all(
    names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')),
  )
  return targets.filter((target) => target.startsWith('/')).length
}

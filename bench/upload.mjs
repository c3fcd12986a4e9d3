/**
 * Uploads over HTTP on loopback, ours beside a bare floor in the same run, as ratios: one file of 1 GiB, many of 20 KiB, and the memory that
 * the large one takes.
 *
 *   node bench/upload.mjs [--rounds 5] [--large-mib 1024] [--small-seconds 4] [--connections 32] [--result bench/results/upload.json]
 * @module
 */

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { apiSignRequest } from '@countersign/protocol/signature'
import sharp from 'sharp'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FULL = { id: '123456789012345', secret: 'bench-full-key-secret-000000000001' }
const UPLOAD = { id: '543210987654321', secret: 'bench-upload-key-secret-0000000002' }
const CLOUD = 'bench'
const BOUNDARY = 'countersign-bench'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    'large-mib': { type: 'string', default: '1024' },
    'small-seconds': { type: 'string', default: '4' },
    connections: { type: 'string', default: '32' },
    result: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const connections = Number(values.connections)
const largeBytes = Number(values['large-mib']) * 1024 * 1024
const smallMs = Number(values['small-seconds']) * 1000
const report = await measure()
console.log(JSON.stringify(report, null, 2))
if (values.result) await writeFile(values.result, `${JSON.stringify(report, null, 2)}\n`)

async function measure() {
  const jpeg = await smallJpeg()
  const raw = randomBytes(20 * 1024)
  const series = { large: pair(), memory: pair(), small: pair(), jpeg: [] }
  for (let round = 0; round < rounds; round++) {
    for (const side of round % 2 === 0 ? ['floor', 'ours'] : ['ours', 'floor']) {
      const server = await start(side)
      try {
        const idle = await memoryOf(server.pid, 'VmRSS')
        const seconds = await sendLarge(server)
        series.large[side].push(largeBytes / 1024 / 1024 / seconds)
        series.memory[side].push((await memoryOf(server.pid, 'VmHWM')) - idle)
      } finally {
        await server.stop()
      }
      const fresh = await start(side)
      try {
        await sendSmall(fresh, { file: raw, ms: 500 })
        series.small[side].push(await sendSmall(fresh, { file: raw, ms: smallMs }))
        if (side === 'ours')
          series.jpeg.push(await sendSmall(fresh, { file: jpeg, ms: smallMs, key: UPLOAD }))
      } finally {
        await fresh.stop()
      }
    }
  }
  return {
    what: 'uploads over HTTP on loopback, ours and a bare floor (write, MD5, fdatasync, rename, folder sync) in the same run; medians',
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    command: `node bench/upload.mjs --rounds ${rounds} --large-mib ${values['large-mib']} --connections ${connections}`,
    large: { unit: 'MiB/s', ...compare(series.large) },
    memory: { unit: 'MiB over idle, peak of the large upload', ...compare(series.memory) },
    small: { unit: 'uploads/s, 20 KiB raw, full key', connections, ...compare(series.small) },
    jpeg: {
      unit: `uploads/s, ${(jpeg.length / 1024).toFixed(1)} KiB JPEG, upload key, decoded`,
      ours: round2(median(series.jpeg)),
    },
  }
}

function pair() {
  return { floor: [], ours: [] }
}

/** @param {{ floor: number[], ours: number[] }} series */
function compare(series) {
  const floor = median(series.floor)
  const ours = median(series.ours)
  return { floor: round2(floor), ours: round2(ours), ratio: round2(ours / floor) }
}

/** @param {string} side */
async function start(side) {
  const folder = await mkdtemp(join(tmpdir(), `countersign-bench-${side}-`))
  const ours = [join(ROOT, 'packages/cli/bin/countersign.js'), 'serve', '--port', '0']
  const args = side === 'ours' ? ours : [join(ROOT, 'bench/floor-server.mjs'), folder]
  const child = spawn(process.execPath, args, {
    env: {
      PATH: process.env.PATH,
      COUNTERSIGN_CLOUD: CLOUD,
      COUNTERSIGN_KEYS: `${FULL.id}:upload+manage+deliver:${FULL.secret},${UPLOAD.id}:upload:${UPLOAD.secret}`,
      COUNTERSIGN_STORAGE: `file:${folder}`,
      // Whatever disk this runs on.
      COUNTERSIGN_MIN_FREE_BYTES: '0',
      COUNTERSIGN_MIN_FREE_PERCENT: '0',
      COUNTERSIGN_DATABASE: `sqlite:${join(folder, 'catalog.db')}`,
      COUNTERSIGN_MAX_REQUEST_BYTES: String(5 * 1024 ** 3),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const port = await new Promise((resolve) => {
    let text = ''
    child.stdout.on('data', (chunk) => {
      if (text.length < 20_000) text += chunk
      const found = /listening (?:at http:\/\/127\.0\.0\.1:)?(\d+)/.exec(text)
      if (found) resolve(Number(found[1]))
    })
  })
  return {
    side,
    pid: child.pid,
    port: Number(port),
    async stop() {
      child.kill('SIGKILL')
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** @param {{ port: number }} server */
async function sendLarge({ port }) {
  const { head, tail } = form(FULL)
  const block = Buffer.alloc(1024 * 1024, 7)
  const startedAt = performance.now()
  await new Promise((resolve, reject) => {
    const upload = request(
      {
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: `/v1_1/${CLOUD}/raw/upload`,
        headers: headers(head.length + largeBytes + tail.length),
      },
      (response) => answered(response).then(resolve, reject),
    )
    upload.on('error', reject)
    upload.write(head)
    let left = largeBytes
    function pump() {
      while (left > 0) {
        const size = Math.min(left, block.length)
        left -= size
        if (!upload.write(size === block.length ? block : block.subarray(0, size))) {
          upload.once('drain', pump)
          return
        }
      }
      upload.end(tail)
    }
    pump()
  })
  return (performance.now() - startedAt) / 1000
}

/** @param {{ port: number }} server @param {{ file: Buffer, ms: number, key?: typeof FULL }} load */
async function sendSmall({ port }, { file, ms, key = FULL }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const { head, tail } = form(key, key === UPLOAD ? 'image/jpeg' : 'application/octet-stream')
  const body = Buffer.concat([head, file, tail])
  const path = `/v1_1/${CLOUD}/${key === UPLOAD ? 'image' : 'raw'}/upload`
  const until = performance.now() + ms
  let done = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < until) {
        await new Promise((resolve, reject) => {
          const upload = request(
            { port, host: '127.0.0.1', method: 'POST', path, agent, headers: headers(body.length) },
            (response) => answered(response).then(resolve, reject),
          )
          upload.on('error', reject).end(body)
        })
        done += 1
      }
    }),
  )
  agent.destroy()
  return done / (ms / 1000)
}

/** @param {import('node:http').IncomingMessage} response */
async function answered(response) {
  let text = ''
  for await (const chunk of response) text += chunk
  if (response.statusCode !== 200) throw new Error(`${response.statusCode} ${text}`)
}

/** @param {number} length */
function headers(length) {
  return { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, 'content-length': length }
}

/** @param {typeof FULL} key */
function form(key, type = 'application/octet-stream') {
  const params = { timestamp: String(Math.floor(Date.now() / 1000)) }
  const fields = {
    ...params,
    api_key: key.id,
    signature: apiSignRequest(params, key.secret, { algorithm: 'sha256' }),
  }
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const name = type === 'image/jpeg' ? 'photo.jpg' : 'file.bin'
  const file = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n`
  return { head: Buffer.from(parts.join('') + file), tail: Buffer.from(`\r\n--${BOUNDARY}--\r\n`) }
}

/** A noisy picture of about 20 KiB. */
async function smallJpeg() {
  const size = 170
  const pixels = randomBytes(size * size * 3)
  return sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
    .jpeg({ quality: 60 })
    .toBuffer()
}

/** MiB of a process. @param {number | undefined} pid @param {string} field */
async function memoryOf(pid, field) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024
}

/** @param {readonly number[]} numbers */
function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** @param {number} number */
function round2(number) {
  return Math.round(number * 100) / 100
}

/**
 * Measures uploads over HTTP on loopback: ours, a bare floor and `@tus/server` in the same run, as ratios. One file of 1 GiB is sent whole and in
 * the SDKs' parts of 20 MB, and many files of 20 KiB; the memory for the large file is measured too.
 *
 *   node bench/upload.mjs [--rounds 5] [--large-mib 1024] [--small-seconds 4] [--warm-seconds 10] [--connections 32] [--result bench/results/upload.json]
 * @module
 */

import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { commitOf, machine } from './machine.mjs'
import { sendInParts, sendMany, sendWhole } from './send-uploads.mjs'
import { memoryOf, startUploadServer, UPLOAD } from './upload-servers.mjs'

/** Part size of the official SDKs. */
const PART_BYTES = 20_000_000
const SIDES = /** @type {const} */ (['floor', 'ours', 'tus'])

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    'large-mib': { type: 'string', default: '1024' },
    'small-seconds': { type: 'string', default: '4' },
    // The engine compiles the server's code during this time, so nothing is measured.
    'warm-seconds': { type: 'string', default: '10' },
    connections: { type: 'string', default: '32' },
    result: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const connections = Number(values.connections)
const largeBytes = Number(values['large-mib']) * 1024 * 1024
const smallMs = Number(values['small-seconds']) * 1000
const warmMs = Number(values['warm-seconds']) * 1000

/** Measurements of each side, one per round. @typedef {Record<typeof SIDES[number], number[]>} Series */

const report = await measure()
console.log(JSON.stringify(report, null, 2))
if (values.result) await writeFile(values.result, `${JSON.stringify(report, null, 2)}\n`)

async function measure() {
  const files = { raw: randomBytes(20 * 1024), jpeg: await smallJpeg() }
  const series = {
    whole: emptySeries(),
    parts: emptySeries(),
    memory: emptySeries(),
    small: emptySeries(),
    jpeg: /** @type {number[]} */ ([]),
  }
  for (let round = 0; round < rounds; round++) {
    // Each side goes first equally often.
    for (const [index] of SIDES.entries()) {
      const side = SIDES[(index + round) % SIDES.length] ?? 'floor'
      await measureLarge(side, series)
      await measureSmall(side, { series, files })
    }
  }
  return {
    what: 'uploads over HTTP on loopback in the same run, medians; the floor writes, hashes (MD5) and syncs file and folder; @tus/server neither hashes nor syncs; ours checks a signature and commits a row besides',
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    machine: machine(tmpdir()),
    commit: commitOf(),
    command: `node bench/upload.mjs --rounds ${rounds} --large-mib ${values['large-mib']} --warm-seconds ${values['warm-seconds']} --connections ${connections}`,
    large: { unit: 'MiB/s, one request', ...compare(series.whole) },
    parts: {
      unit: 'MiB/s, parts of 20 MB one after the other; the floor as above',
      ...compare(series.parts),
    },
    memory: { unit: 'MiB over idle, peak of the large upload', ...compare(series.memory) },
    small: {
      unit: `uploads/s, 20 KiB raw, full key, after ${values['warm-seconds']} s of the same`,
      connections,
      ...compare(series.small),
    },
    jpeg: {
      unit: `uploads/s, ${(files.jpeg.length / 1024).toFixed(1)} KiB JPEG, upload key, decoded`,
      ours: round2(median(series.jpeg)),
    },
  }
}

/** @param {typeof SIDES[number]} side @param {{ whole: Series, parts: Series, memory: Series }} series */
async function measureLarge(side, { whole, parts, memory }) {
  const mib = largeBytes / 1024 / 1024
  await withServer(side, async (server) => {
    const idle = await memoryOf(server.pid, 'VmRSS')
    const perSecond = mib / (await sendWhole(server, largeBytes))
    whole[side].push(perSecond)
    memory[side].push((await memoryOf(server.pid, 'VmHWM')) - idle)
    // The floor has no parts, so parts are compared with its whole upload.
    if (side === 'floor') parts.floor.push(perSecond)
  })
  if (side === 'floor') return
  await withServer(side, async (server) => {
    const file = { bytes: largeBytes, partBytes: PART_BYTES }
    parts[side].push(mib / (await sendInParts(server, file)))
  })
}

/** @param {typeof SIDES[number]} side @param {{ series: { small: Series, jpeg: number[] }, files: { raw: Buffer, jpeg: Buffer } }} into */
async function measureSmall(side, { series, files }) {
  await withServer(side, async (server) => {
    await sendMany(server, { file: files.raw, ms: warmMs, connections })
    series.small[side].push(await sendMany(server, { file: files.raw, ms: smallMs, connections }))
    if (side !== 'ours') return
    const load = { file: files.jpeg, ms: smallMs, connections, key: UPLOAD }
    series.jpeg.push(await sendMany(server, load))
  })
}

/** @param {typeof SIDES[number]} side @param {(server: import('./upload-servers.mjs').UploadServer) => Promise<void>} use */
async function withServer(side, use) {
  const server = await startUploadServer(side)
  try {
    await use(server)
  } finally {
    await server.stop()
  }
}

/** @returns {Series} */
function emptySeries() {
  return { floor: [], ours: [], tus: [] }
}

/** @param {Series} series */
function compare(series) {
  const [floor, ours, tus] = [median(series.floor), median(series.ours), median(series.tus)]
  return {
    floor: round2(floor),
    ours: round2(ours),
    tus: round2(tus),
    ratioToFloor: round2(ours / floor),
    ratioToTus: round2(ours / tus),
  }
}

/** Creates a noisy JPEG of about 20 KiB. */
async function smallJpeg() {
  const size = 170
  const pixels = randomBytes(size * size * 3)
  return sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
    .jpeg({ quality: 60 })
    .toBuffer()
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

/**
 * Measures the server's memory during many large parallel uploads. It must grow with their number, not with their bytes (requirements R-03).
 *
 *   node bench/upload-memory.mjs [--uploads 100] [--megabytes 100] [--result bench/results/upload-memory.json]
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { commitOf, machine } from './machine.mjs'
import { sendWhole } from './send-uploads.mjs'
import { memoryOf, startUploadServer } from './upload-servers.mjs'

/** Allowed additional memory in MiB: a fixed part, and a part for each upload. */
const ALLOWED = { fixed: 64, each: 1 }
const SAMPLE_MS = 200

const { values } = parseArgs({
  options: {
    uploads: { type: 'string', default: '100' },
    megabytes: { type: 'string', default: '100' },
    result: { type: 'string' },
  },
})
const uploads = Number(values.uploads)
const report = await measure()
console.log(JSON.stringify(report, null, 2))
if (values.result) await writeFile(values.result, `${JSON.stringify(report, null, 2)}\n`)
process.exitCode = report.peakOverIdle > report.allowed ? 1 : 0

async function measure() {
  const server = await startUploadServer('ours')
  try {
    // A first upload loads modules that must not be counted.
    await sendWhole(server, 1_000_000)
    const idle = await memoryOf(server.pid, 'VmRSS')
    /** @type {number[]} */
    const samples = []
    const timer = setInterval(
      async () => samples.push(await memoryOf(server.pid, 'VmRSS')),
      SAMPLE_MS,
    )
    const startedAt = performance.now()
    const bytes = Number(values.megabytes) * 1_000_000
    await Promise.all(Array.from({ length: uploads }, () => sendWhole(server, bytes)))
    clearInterval(timer)
    const peak = await memoryOf(server.pid, 'VmHWM')
    return {
      what: 'resident memory of the server while uploads arrive at once, raw, full key',
      date: new Date().toISOString().slice(0, 10),
      node: process.version,
      machine: machine(tmpdir()),
      commit: commitOf(),
      command: `node bench/upload-memory.mjs --uploads ${uploads} --megabytes ${values.megabytes}`,
      unit: 'MiB',
      uploads,
      megabytesEach: Number(values.megabytes),
      idle: Math.round(idle),
      peakOverIdle: Math.round(peak - idle),
      allowed: ALLOWED.fixed + ALLOWED.each * uploads,
      // Peaks of the first and the second half. Growth between them indicates a leak.
      halves: [samples.slice(0, samples.length / 2), samples.slice(samples.length / 2)].map(
        (half) => Math.round(Math.max(...half) - idle),
      ),
      seconds: Math.round((performance.now() - startedAt) / 1000),
    }
  } finally {
    await server.stop()
  }
}

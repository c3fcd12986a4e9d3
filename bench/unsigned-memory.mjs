/**
 * Measures the server's memory while unsigned requests send large bodies without finishing them, in each encoding of a form.
 *
 *   node bench/unsigned-memory.mjs [--requests 16] [--megabytes 30] [--only 'JSON, a data URI'] [--result bench/results/unsigned-memory.json]
 *
 * Each request comes from another address (127.0.0.2, 127.0.0.3 …; Linux only), so that limits per address do not hide the total. While all
 * of them are open, one signed upload must be stored.
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { commitOf, machine } from './machine.mjs'
import { sendWhole } from './send-uploads.mjs'
import { CLOUD, memoryOf, startUploadServer } from './upload-servers.mjs'

/** Size of V8's young generation in MiB. Node 24 and later keep more. */
const YOUNG_HEAP = Number.parseInt(process.versions.node, 10) >= 24 ? 128 : 64
/**
 * Resident memory that all open requests together may add, in MiB: the text budget (64), a write
 * batch for each, and heap.
 */
const ALLOWED = { fixed: 64 + YOUNG_HEAP, each: 1 }
const BLOCK = Buffer.alloc(64 * 1024, 'A')
const SETTLE_MS = 1500

/** Parts of each request body before and after its filler. @type {Record<string, { type: string, head: string, block: Buffer }>} */
const BODIES = {
  'JSON, a data URI': {
    type: 'application/json',
    head: '{"file":"data:;base64,',
    block: BLOCK,
  },
  'JSON, one long field': { type: 'application/json', head: '{"context":"', block: BLOCK },
  'urlencoded, a data URI': {
    type: 'application/x-www-form-urlencoded',
    head: 'file=data:;base64,',
    block: BLOCK,
  },
  'urlencoded, many fields': {
    type: 'application/x-www-form-urlencoded',
    head: '',
    block: Buffer.from('tags[]=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa&'.repeat(1024)),
  },
  'multipart, a data URI': {
    type: 'multipart/form-data; boundary=b',
    head: '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\ndata:;base64,',
    block: BLOCK,
  },
  'multipart, one long field': {
    type: 'multipart/form-data; boundary=b',
    head: '--b\r\nContent-Disposition: form-data; name="context"\r\n\r\n',
    block: BLOCK,
  },
}

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '16' },
    megabytes: { type: 'string', default: '30' },
    only: { type: 'string', multiple: true },
    result: { type: 'string' },
  },
})
const requests = Number(values.requests)
const bytes = Number(values.megabytes) * 1_000_000
const allowed = ALLOWED.fixed + ALLOWED.each * requests
const bodies = []
for (const name of values.only ?? Object.keys(BODIES)) bodies.push(await measure(name))
const report = {
  what: 'resident memory that open requests without a signature add to the server, each encoding on a fresh server',
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  machine: machine(tmpdir()),
  commit: commitOf(),
  command: `node bench/unsigned-memory.mjs --requests ${requests} --megabytes ${values.megabytes}`,
  unit: 'MiB',
  allowed,
  bodies,
}
console.log(JSON.stringify(report, null, 2))
if (values.result) await writeFile(values.result, `${JSON.stringify(report, null, 2)}\n`)
const isFine = bodies.every(
  ({ peakOverIdle, signedUpload }) => peakOverIdle <= allowed && signedUpload === 'stored',
)
process.exitCode = isFine ? 0 : 1

/** @param {string} name */
async function measure(name) {
  const server = await startUploadServer('ours')
  try {
    // A first upload loads modules that must not be counted.
    await sendWhole(server, 1_000_000)
    const idle = await memoryOf(server.pid, 'VmRSS')
    const open = await Promise.all(
      Array.from({ length: requests }, (_, at) => hold(server, name, `127.0.0.${2 + at}`)),
    )
    const signedUpload = await sendWhole(server, 1_000_000).then(
      () => 'stored',
      (error) => String(error.message).slice(0, 200),
    )
    const peak = await memoryOf(server.pid, 'VmHWM')
    for (const { socket } of open) socket.destroy()
    return {
      body: name,
      peakOverIdle: Math.round(peak - idle),
      refused: open.filter(({ status }) => status === 429).length,
      otherwiseAnswered: open.filter(({ status }) => status && status !== 429).length,
      signedUpload,
    }
  } finally {
    await server.stop()
  }
}

/**
 * Sends an incomplete body, and waits until the server has accepted or refused it.
 *
 * @param {import('./upload-servers.mjs').UploadServer} server
 * @param {string} name
 * @param {string} localAddress
 * @returns {Promise<{ socket: import('node:net').Socket, status: number | undefined }>}
 */
function hold({ port }, name, localAddress) {
  const { type, head, block } = /** @type {typeof BODIES[string]} */ (BODIES[name])
  const socket = connect({ port, host: '127.0.0.1', localAddress })
  return new Promise((resolve) => {
    /** @type {number | undefined} */
    let status
    const end = () => resolve({ socket, status })
    socket.on('error', end)
    socket.on('data', (chunk) => {
      status ??= Number(/^HTTP\/1\.1 (\d{3})/.exec(chunk.toString('latin1'))?.[1])
      end()
    })
    socket.write(
      `POST /v1_1/${CLOUD}/raw/upload HTTP/1.1\r\nHost: bench\r\nContent-Type: ${type}\r\nContent-Length: ${bytes + 1e6}\r\n\r\n${head}`,
    )
    let left = bytes
    function pump() {
      while (left > 0 && status === undefined) {
        left -= block.length
        if (!socket.write(block)) {
          socket.once('drain', pump)
          return
        }
      }
      setTimeout(end, SETTLE_MS)
    }
    pump()
  })
}

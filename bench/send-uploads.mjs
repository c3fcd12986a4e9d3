/** Sends files to an upload server in its own protocol. @module */

import { randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'
import { apiSignRequest } from '@countersign/protocol/signature'
import { CLOUD, FULL, UPLOAD } from './upload-servers.mjs'

const BOUNDARY = 'countersign-bench'
const BLOCK = Buffer.alloc(1024 * 1024, 7)

/** @typedef {import('./upload-servers.mjs').UploadServer} UploadServer */
/** @typedef {{ path: string, method?: string, headers: Record<string, string | number>, head?: Buffer, bytes: number, tail?: Buffer, file?: Buffer, agent?: Agent }} Sending */

/** Sends one file in one request and returns the seconds. @param {UploadServer} server @param {number} bytes */
export async function sendWhole(server, bytes) {
  const startedAt = performance.now()
  await send(server, whole(server, { bytes }))
  return (performance.now() - startedAt) / 1000
}

/** Sends one file in parts, one after the other, and returns the seconds. @param {UploadServer} server @param {{ bytes: number, partBytes: number }} file */
export async function sendInParts(server, { bytes, partBytes }) {
  const startedAt = performance.now()
  const next = server.side === 'tus' ? await openTus(server, bytes) : openParts(bytes)
  for (let first = 0; first < bytes; first += partBytes) {
    await send(server, next(first, Math.min(bytes, first + partBytes) - 1))
  }
  return (performance.now() - startedAt) / 1000
}

/**
 * Sends the same small file repeatedly over a number of connections. Returns uploads per second.
 *
 * @param {UploadServer} server
 * @param {{ file: Buffer, ms: number, connections: number, key?: typeof FULL }} load
 */
export async function sendMany(server, { file, ms, connections, key = FULL }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const sending = { ...whole(server, { bytes: file.length, key }), file, agent }
  const until = performance.now() + ms
  let done = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < until) {
        await send(server, sending)
        done += 1
      }
    }),
  )
  agent.destroy()
  return done / (ms / 1000)
}

/** @param {UploadServer} server @param {{ bytes: number, key?: typeof FULL }} file @returns {Sending} */
function whole({ side }, { bytes, key = FULL }) {
  if (side === 'tus') {
    return { path: '/files', headers: { ...TUS, 'upload-length': bytes, ...TUS_BODY }, bytes }
  }
  return { path: pathOf(key), headers: FORM, ...form(key), bytes }
}

/** @param {number} total @returns {(first: number, last: number) => Sending} */
function openParts(total) {
  const id = randomBytes(8).toString('hex')
  return (first, last) => ({
    path: pathOf(FULL),
    headers: {
      ...FORM,
      'x-unique-upload-id': id,
      'content-range': `bytes ${first}-${last}/${total}`,
    },
    ...form(FULL),
    bytes: last - first + 1,
  })
}

/** @param {UploadServer} server @param {number} total @returns {Promise<(first: number, last: number) => Sending>} */
async function openTus(server, total) {
  const created = await send(server, {
    path: '/files',
    headers: { ...TUS, 'upload-length': total },
    bytes: 0,
  })
  const path = new URL(String(created.location)).pathname
  return (first, last) => ({
    path,
    method: 'PATCH',
    headers: { ...TUS, 'upload-offset': first, ...TUS_BODY },
    bytes: last - first + 1,
  })
}

/** @param {UploadServer} server @param {Sending} sending @returns {Promise<import('node:http').IncomingHttpHeaders>} */
function send({ port }, { path, method = 'POST', headers, head, bytes, tail, file, agent }) {
  const length = (head?.length ?? 0) + bytes + (tail?.length ?? 0)
  return new Promise((resolve, reject) => {
    const upload = request(
      {
        port,
        host: '127.0.0.1',
        method,
        path,
        ...(agent ? { agent } : {}),
        headers: { ...headers, 'content-length': length },
      },
      (response) => answered(response).then(resolve, reject),
    )
    upload.on('error', reject)
    if (file) {
      upload.end(Buffer.concat([head ?? Buffer.alloc(0), file, tail ?? Buffer.alloc(0)]))
      return
    }
    if (head) upload.write(head)
    let left = bytes
    function pump() {
      while (left > 0) {
        const size = Math.min(left, BLOCK.length)
        left -= size
        if (!upload.write(BLOCK.subarray(0, size))) {
          upload.once('drain', pump)
          return
        }
      }
      upload.end(tail)
    }
    pump()
  })
}

/** @param {import('node:http').IncomingMessage} response */
async function answered(response) {
  let text = ''
  for await (const chunk of response) text += chunk
  const status = response.statusCode ?? 0
  if (status < 200 || status > 204) throw new Error(`${status} ${text}`)
  return response.headers
}

const FORM = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }
const TUS = { 'tus-resumable': '1.0.0' }
const TUS_BODY = { 'content-type': 'application/offset+octet-stream' }

/** @param {typeof FULL} key */
function pathOf(key) {
  return `/v1_1/${CLOUD}/${key === UPLOAD ? 'image' : 'raw'}/upload`
}

/** Creates a signed form around a file. With a browser's key, the file is a JPEG. @param {typeof FULL} key */
function form(key) {
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
  const [name, type] =
    key === UPLOAD ? ['photo.jpg', 'image/jpeg'] : ['file.bin', 'application/octet-stream']
  const file = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n`
  return { head: Buffer.from(parts.join('') + file), tail: Buffer.from(`\r\n--${BOUNDARY}--\r\n`) }
}

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import {
  CLOUD,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
} from '../../test/running-server.js'

let running: RunningServer
const sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await running.close()
})

const PART = (name: string) => `--b\r\ncontent-disposition: form-data; name="${name}"`
const FILE = `${PART('file')}; filename="f"\r\n\r\n`

/** Sends the start of an upload with a body of the given length. */
function begin(body: string, bytes = 9_000_000): Socket {
  const socket = connect(Number(new URL(running.address).port), '127.0.0.1')
  socket.on('error', () => {})
  sockets.push(socket)
  const head = `POST /v1_1/${CLOUD}/raw/upload HTTP/1.1\r\nhost: x\r\n`
  const type = `content-type: multipart/form-data; boundary=b\r\ncontent-length: ${bytes}`
  socket.write(`${head}${type}\r\n\r\n${body}`)
  return socket
}

/** Returns the answer to a normal upload of the same address. */
async function statusOfUpload(): Promise<number> {
  const form = formOf(signed(FULL_KEY), { bytes: Buffer.from('honest') })
  return (await running.post('raw/upload', form)).status
}

/** Reads the status of an answer from a socket. */
async function statusOf(socket: Socket): Promise<string> {
  const [chunk] = await once(socket, 'data')
  return String(chunk).slice(9, 12)
}

const inUse = (): Promise<number> =>
  new Promise((resolve, reject) =>
    running.server.server.getConnections((error, count) =>
      error ? reject(error) : resolve(count),
    ),
  )

describe('uploads that send nothing', () => {
  it.each([
    ['no body', ''],
    ['the start of a form', '--b\r\n'],
    ['the start of a file', `${FILE}x`],
  ])('after %s do not block other uploads of their address', async (_, body) => {
    running = await startTestServer({ maxUploads: 64, maxUploadsPerAddress: 32 })
    for (let count = 0; count < 34; count += 1) begin(body)
    await expect.poll(inUse).toBe(34)
    await expect.poll(statusOfUpload).toBe(200)
    expect(await statusOfUpload()).toBe(200)
  })

  it('do not block clients that send the file before the signature', async () => {
    running = await startTestServer()
    for (let count = 0; count < 32; count += 1) begin(`${FILE}x`)
    await expect.poll(inUse).toBe(32)
    const fields = Object.entries(signed(FULL_KEY))
    const rest = fields.map(([name, value]) => `\r\n${PART(name)}\r\n\r\n${value}`).join('')
    const body = `${FILE}honest${rest}\r\n--b--\r\n`
    const upload = () => statusOf(begin(body, Buffer.byteLength(body)))
    await expect.poll(upload).toBe('200')
  })

  it('do not keep their slots by sending single bytes', async () => {
    running = await startTestServer({ maxUploads: 8, maxUploadsPerAddress: 4 })
    for (let count = 0; count < 5; count += 1) begin(`${FILE}x`)
    const trickle = setInterval(() => {
      for (const socket of sockets) socket.write('x')
    }, 20)
    await expect.poll(statusOfUpload).toBe(200)
    expect(await statusOfUpload()).toBe(200)
    clearInterval(trickle)
  })

  it('are stored after they continue, even if all slots are taken', async () => {
    running = await startTestServer({ maxUploads: 2, maxUploadsPerAddress: 1 })
    const fields = Object.entries(signed(FULL_KEY, { public_id: 'resumed' }))
    const form = fields.map(([name, value]) => `${PART(name)}\r\n\r\n${value}\r\n`).join('')
    const bytes = Buffer.byteLength(form) + Buffer.byteLength(FILE) + 300_000 + 9
    const resumed = begin(`${form}${FILE}x`, bytes)
    await expect.poll(statusOfUpload).toBe(200)
    const other = begin(`${FILE}${'x'.repeat(100_000)}`)
    const flow = setInterval(() => other.write('x'.repeat(10_000)), 20)
    await expect.poll(statusOfUpload).toBe(429)
    resumed.write(`${'x'.repeat(299_999)}\r\n--b--\r\n`)
    expect(await statusOf(resumed)).toBe('200')
    clearInterval(flow)
  })

  it('are ended and logged, longest waiting first, if more wait than may run', async () => {
    running = await startTestServer({ maxUploads: 4, maxUploadsPerAddress: 2 })
    const [first, second] = [begin(`${FILE}x`), begin(`${FILE}x`)]
    await expect.poll(statusOfUpload).toBe(200)
    const closed = Promise.race([first, second].map((socket) => once(socket, 'close')))
    begin(`${FILE}x`)
    await closed
    expect([first, second].filter(({ closed }) => closed)).toHaveLength(1)
    expect(running.logs.join()).toContain('its bytes did not flow')
    await expect.poll(inUse).toBe(2)
  })
})

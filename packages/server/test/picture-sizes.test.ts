/** Tests width and height of images that this server does not decode, for every kind of upload. */

import { createServer, type Server } from 'node:http'
import { serializeLimits } from '@countersign/protocol/limits'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Receiver, startReceiver } from './receiver.js'
import {
  basic,
  CLOUD,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
} from './running-server.js'

const WIDTH = 37
const HEIGHT = 21
const SECRET = 'whsec_dGhlIG5vdGlmaWNhdGlvbiBzZWNyZXQgb2YgdGhlIHRlc3Rz'

let running: RunningServer
let receiver: Receiver
let host: Server
let remoteUrl: string

beforeAll(async () => {
  receiver = await startReceiver(SECRET)
  host = createServer((_, response) => response.end(bmp(124)))
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
  const address = host.address()
  const authority = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  remoteUrl = `http://${authority}/picture.bmp`
  running = await startTestServer({
    minChunkBytes: 1000,
    remoteAllow: [authority],
    notificationUrls: [receiver.url],
    webhookSecret: SECRET,
  })
})
afterAll(async () => {
  host.close()
  receiver.close()
  await running.close()
})

/**
 * Creates a bitmap with 24 bits per pixel. A negative height stores the rows from the top down.
 *
 * @param headerBytes 12 for BITMAPCOREHEADER, 40 for BITMAPINFOHEADER, 52 and 56 with masks, 64 for OS/2 2.x, 108 for BITMAPV4HEADER,
 * 124 for BITMAPV5HEADER.
 */
function bmp(headerBytes: number, height = HEIGHT, width = WIDTH): Buffer {
  const header = Buffer.alloc(14 + headerBytes)
  header.write('BM')
  header.writeUInt32LE(header.length, 10)
  header.writeUInt32LE(headerBytes, 14)
  if (headerBytes === 12) {
    header.writeUInt16LE(width, 18)
    header.writeUInt16LE(height, 20)
    header.writeUInt16LE(1, 22)
    header.writeUInt16LE(24, 24)
  } else {
    header.writeInt32LE(width, 18)
    header.writeInt32LE(height, 22)
    header.writeUInt16LE(1, 26)
    header.writeUInt16LE(24, 28)
  }
  const rows = Buffer.alloc(Math.ceil((width * 3) / 4) * 4 * Math.abs(height), 0xff)
  const file = Buffer.concat([header, rows])
  file.writeUInt32LE(file.length, 2)
  return file
}

const send = (bytes: Uint8Array, params: Record<string, string> = {}, headers = {}) =>
  running.post('image/upload', formOf(signed(FULL_KEY, params), { bytes, name: 'a' }), headers)

async function sendParts(bytes: Buffer, starts: readonly number[], id: string) {
  const size = 1000
  const last = Math.floor((bytes.length - 1) / size) * size
  for (const start of [...starts, last]) {
    const part = bytes.subarray(start, start + size)
    const range = `bytes ${start}-${start + part.length - 1}/${bytes.length}`
    const answer = await send(part, {}, { 'x-unique-upload-id': id, 'content-range': range })
    if (start === last) return answer
  }
  throw new Error('no last part')
}

const SIZE = { status: 200, json: { width: WIDTH, height: HEIGHT, pages: 1 } }

describe('a bitmap', () => {
  it.each([12, 40, 52, 56, 64, 108, 124])(
    'with a header of %d bytes has its size',
    async (size) => {
      expect(await send(bmp(size))).toMatchObject({
        ...SIZE,
        json: { ...SIZE.json, format: 'bmp' },
      })
    },
  )

  it('with rows from the top down has the same size', async () => {
    expect(await send(bmp(40, -HEIGHT))).toMatchObject(SIZE)
    expect(await send(bmp(124, -HEIGHT))).toMatchObject(SIZE)
  })

  it('in parts has a size, in order and out of order', async () => {
    expect(await sendParts(bmp(40), [0, 1000], 'ordered')).toMatchObject(SIZE)
    expect(await sendParts(bmp(124), [1000, 0], 'unordered')).toMatchObject(SIZE)
    expect(await sendParts(bmp(12, HEIGHT, 15), [0], 'short')).toMatchObject({
      json: { width: 15, height: HEIGHT, done: true },
    })
  })

  it('as a data URI and from a remote URL has a size', async () => {
    for (const file of [`data:image/bmp;base64,${bmp(40).toString('base64')}`, remoteUrl]) {
      const answer = await running.post('image/upload', { ...signed(FULL_KEY), file })
      expect(answer).toMatchObject(SIZE)
    }
  })

  it('stored with async has a size in explicit and in the Admin API', async () => {
    expect(await send(bmp(40), { public_id: 'later', async: '1' })).toMatchObject({
      json: { status: 'pending' },
    })
    const read = async () => {
      const path = `${running.address}/v1_1/${CLOUD}/resources/image/upload/later`
      return (await fetch(path, { headers: basic(FULL_KEY) })).json()
    }
    await expect.poll(read).toMatchObject({ width: WIDTH, height: HEIGHT })
    const again = await running.post('image/explicit', signed(FULL_KEY, { public_id: 'later' }))
    expect(again).toMatchObject(SIZE)
  })

  it('of more pixels than signed limits allow is refused, and nothing is kept', async () => {
    const before = await running.kept()
    const limits = serializeLimits({ maxPixels: WIDTH * HEIGHT - 1 })
    const refused = await send(bmp(40), { limits })
    expect(refused.status).toBe(400)
    expect(refused.json.error.message).toMatch(/^Maximum image size is .*\(max_pixels\)$/)
    expect(await running.kept()).toEqual(before)
    const enough = serializeLimits({ maxPixels: WIDTH * HEIGHT })
    expect(await send(bmp(40), { limits: enough })).toMatchObject(SIZE)
  })
})

describe('an image of another format that the server does not decode', () => {
  const ico = (sizes: readonly (readonly [number, number])[]): Buffer => {
    const head = Buffer.alloc(6 + sizes.length * 16 + 64)
    head.writeUInt16LE(1, 2)
    head.writeUInt16LE(sizes.length, 4)
    for (const [index, [width, height]] of sizes.entries()) {
      const at = 6 + index * 16
      head.writeUInt8(width % 256, at)
      head.writeUInt8(height % 256, at + 1)
      head.writeUInt32LE(64, at + 8)
      head.writeUInt32LE(head.length - 64, at + 12)
    }
    return head
  }
  const psd = (): Buffer => {
    const head = Buffer.alloc(64)
    head.write('8BPS')
    head.writeUInt16BE(1, 4)
    head.writeUInt16BE(3, 12)
    head.writeUInt32BE(HEIGHT, 14)
    head.writeUInt32BE(WIDTH, 18)
    head.writeUInt16BE(8, 22)
    head.writeUInt16BE(3, 24)
    return head
  }
  const tiff = () =>
    sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: 'teal' } })
      .tiff({ compression: 'none' })
      .toBuffer()

  it('has its size: TIFF, PSD, and the largest image of an icon', async () => {
    const size = { width: WIDTH, height: HEIGHT }
    expect((await send(await tiff())).json).toMatchObject({ format: 'tif', ...size })
    expect((await send(psd())).json).toMatchObject({ format: 'psd', ...size })
    expect((await send(ico([[16, 16], [48, 32]]))).json).toMatchObject({ width: 48, height: 32 }) // biome-ignore format: pairs
    // A byte of 0 stands for 256.
    expect((await send(ico([[256, 256]]))).json).toMatchObject({ width: 256, height: 256 })
  })

  it('has its size if it is sent in parts', async () => {
    expect(await sendParts(await tiff(), [1000, 0], 'tiff')).toMatchObject({
      json: { width: WIDTH, height: HEIGHT, done: true },
    })
  })

  it('has no number of pages, because the server does not count them', async () => {
    expect((await send(await tiff())).json).not.toHaveProperty('pages')
  })
})

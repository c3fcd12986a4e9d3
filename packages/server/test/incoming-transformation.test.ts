/** Tests incoming transformations with the official Node SDK. */

import { createHash, randomBytes } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadOfficialSdk, uploadBytes } from './official-sdk.js'
import { createAnimation, createQuadrants, GREEN, isNear, pixelAt, RED } from './pictures.js'
import {
  basic,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from './running-server.js'

let running: RunningServer
let sdk: ReturnType<typeof loadOfficialSdk>
let photo: Buffer

beforeAll(async () => {
  running = await startTestServer()
  sdk = loadOfficialSdk(running.address)
  photo = await sharp({ create: { width: 400, height: 200, channels: 3, background: 'teal' } })
    .withExif({ IFD0: { Copyright: 'somebody' } })
    .jpeg()
    .toBuffer()
})
afterAll(async () => {
  await running.close()
})

const upload = (bytes: Uint8Array, options: Record<string, unknown> = {}) =>
  uploadBytes(sdk, bytes, options)

const stored = async (result: { secure_url: string }) =>
  Buffer.from(await (await fetch(result.secure_url)).arrayBuffer())

describe('an incoming transformation', () => {
  it('replaces the received file: size, bytes, etag and delivery are those of the result', async () => {
    const result = await upload(photo, {
      transformation: { width: 100, height: 100, crop: 'limit' },
    })
    expect(result).toMatchObject({ width: 100, height: 50, format: 'jpg' })
    const bytes = await stored(result)
    expect(result.bytes).toBe(bytes.length)
    expect(result.etag).toBe(createHash('md5').update(bytes).digest('hex'))
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 100, height: 50 })
    expect((await running.kept()).staged).toBe(0)
  })

  it('removes metadata; an upload without a transformation keeps every byte', async () => {
    const plain = await upload(photo)
    expect((await stored(plain)).equals(photo)).toBe(true)
    const result = await upload(photo, { transformation: { quality: 80 } })
    expect((await sharp(await stored(result)).metadata()).exif).toBeUndefined()
  })

  it('applies several components in order', async () => {
    const picture = await createQuadrants({ widthPx: 200, heightPx: 100 })
    const result = await upload(picture, {
      transformation: [
        { width: 100, height: 100, crop: 'fill', gravity: 'west' },
        { width: 50, crop: 'scale' },
      ],
    })
    expect(result).toMatchObject({ width: 50, height: 50, format: 'png' })
    const bytes = await stored(result)
    expect(isNear(await pixelAt(bytes, 5, 5), RED)).toBe(true)
    expect(isNear(await pixelAt(bytes, 45, 5), RED)).toBe(true)
  })

  it('may come from a preset, and applies to chunked uploads', async () => {
    await sdk.api.create_upload_preset({
      name: 'small',
      transformation: { width: 40, crop: 'limit' },
    })
    const named = await upload(photo, { upload_preset: 'small' })
    expect(named).toMatchObject({ width: 40, height: 20 })
    const chunk = await running.post(
      'image/upload',
      formOf(signed(FULL_KEY, { upload_preset: 'small' }), { bytes: photo }),
      {
        'x-unique-upload-id': randomBytes(8).toString('hex'),
        'content-range': `bytes 0-${photo.length - 1}/${photo.length}`,
      },
    )
    expect(chunk.json).toMatchObject({ done: true, width: 40, height: 20 })
  })

  it('keeps an animation, and returns its number of frames as pages', async () => {
    const animation = await createAnimation({ widthPx: 60, heightPx: 40, colors: [RED, GREEN] })
    expect(await upload(animation)).toMatchObject({ format: 'gif', pages: 2, height: 40 })
    const result = await upload(animation, { transformation: { width: 30 } })
    expect(result).toMatchObject({ format: 'gif', pages: 2, width: 30, height: 20 })
  })

  it.each([
    ['e_grayscale', 'Invalid transformation component - e_grayscale'],
    ['w_0', 'Invalid width in transformation: 0'],
    ['t_named', 'Invalid transformation component - t_named'],
    ['w_9000', 'Maximum image size is 25 Megapixels. Requested 40.5 Megapixels'],
    ['c_pad,h_4,w_8193', 'Maximum image side is 8192 pixels. Requested 8193x4'],
    [`${'w_10/'.repeat(10)}w_9`, 'A transformation has at most 10 components. Requested 11'],
  ])('with %s is refused, and nothing is kept', async (transformation, message) => {
    const before = await running.kept()
    const refused = upload(photo, { raw_transformation: transformation })
    await expect(refused).rejects.toMatchObject({ http_code: 400, message })
    expect(await running.kept()).toEqual(before)
  })

  it('is refused for files that the server does not decode: a raw file and an SVG', async () => {
    const before = await running.kept()
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    await expect(upload(svg, { transformation: { width: 5 } })).rejects.toMatchObject({
      http_code: 400,
      message: 'Transforming svg is not supported',
    })
    await expect(
      upload(Buffer.from('hello'), { resource_type: 'raw', transformation: { width: 5 } }),
    ).rejects.toMatchObject({ message: 'Transforming raw is not supported' })
    expect(await running.kept()).toEqual(before)
  })

  it('of a decompression bomb is refused by its header, without decoding', async () => {
    const before = await running.kept()
    const startedAt = performance.now()
    await expect(
      upload(bomb(20_000, 20_000), { transformation: { width: 5 } }),
    ).rejects.toMatchObject({
      http_code: 400,
      message: 'Maximum image size is 50 Megapixels. Requested 400 Megapixels',
    })
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    expect(await running.kept()).toEqual(before)
  })

  it('of a truncated image is refused', async () => {
    const before = await running.kept()
    const cut = (await createQuadrants({ widthPx: 300, heightPx: 300, format: 'jpeg' })).subarray(
      0,
      900,
    )
    await expect(upload(cut, { transformation: { width: 5 } })).rejects.toMatchObject({
      http_code: 400,
      message: 'Invalid image file',
    })
    expect(await running.kept()).toEqual(before)
  })
})

describe('format', () => {
  it('converts the file before it is stored, and returns original_extension', async () => {
    const form = formOf(signed(FULL_KEY, { format: 'webp' }), { bytes: photo, name: 'trip.jpeg' })
    const { json } = await running.post('image/upload', form)
    expect(json).toMatchObject({
      format: 'webp',
      original_filename: 'trip',
      original_extension: 'jpeg',
    })
    expect((await sharp(await stored(json)).metadata()).format).toBe('webp')
  })

  it('of the file itself changes no byte; .jpeg stored as jpg returns original_extension', async () => {
    const form = formOf(signed(FULL_KEY, { format: 'jpeg' }), { bytes: photo, name: 'a.jpeg' })
    const { json } = await running.post('image/upload', form)
    expect(json).toMatchObject({ format: 'jpg', original_extension: 'jpeg' })
    expect((await stored(json)).equals(photo)).toBe(true)
    const same = formOf(signed(FULL_KEY), { bytes: photo, name: 'a.jpg' })
    expect((await running.post('image/upload', same)).json).not.toHaveProperty('original_extension')
  })

  it('converts a file to a format in allowed_formats', async () => {
    await expect(upload(photo, { allowed_formats: ['png'] })).rejects.toMatchObject({
      message: 'Image file format jpg not allowed',
    })
    const result = await upload(photo, { allowed_formats: ['png'], format: 'png' })
    expect(result).toMatchObject({ format: 'png' })
    await expect(upload(photo, { allowed_formats: ['png'], format: 'webp' })).rejects.toMatchObject(
      { http_code: 400, message: 'Image file format webp not allowed' },
    )
  })

  it.each([
    ['tiff', 'Invalid extension in transformation: tiff'],
    ['constructor', 'Invalid extension in transformation: constructor'],
    ['../x', 'format must be a file extension'],
  ])('%s is refused, and nothing is kept', async (format, message) => {
    const before = await running.kept()
    await expect(upload(photo, { format })).rejects.toMatchObject({ http_code: 400, message })
    expect(await running.kept()).toEqual(before)
  })
})

describe('limits', () => {
  const uploadLimited = (limits: object, params: Record<string, string>) =>
    running.post(
      'image/upload',
      formOf(signed(UPLOAD_KEY, { ...params, limits: JSON.stringify(limits) }), {
        bytes: photo,
        name: 'x.jpg',
        type: 'image/jpeg',
      }),
    )

  it.each([
    [
      'pixels of the received file',
      { max_pixels: 79_999 },
      { transformation: 'w_10' },
      /^Maximum image size is 0\.08 Megapixels/,
    ],
    ['pixels of the result', { max_pixels: 80_000 }, { transformation: 'w_401' }, /max_pixels/],
    ['type of the received file', { accept: ['image/png'] }, { format: 'png' }, /jpg not allowed/],
    ['type of the result', { accept: ['image/jpeg'] }, { format: 'png' }, /png not allowed/],
    [
      'bytes of the result',
      { max_bytes: 6_000 },
      { transformation: 'w_1500', format: 'png' },
      /^File size too large/,
    ],
  ])('apply to the %s', async (_what, limits, params, message) => {
    const before = await running.kept()
    const { status, json } = await uploadLimited(limits, params as Record<string, string>)
    expect({ status, message: json.error.message }).toEqual({
      status: 400,
      message: expect.stringMatching(message),
    })
    expect(await running.kept()).toEqual(before)
  })

  it('accept an upload if the received file and the result satisfy them', async () => {
    const limits = { max_pixels: 80_000, accept: ['image/jpeg', 'image/png'], max_bytes: 20_000 }
    const { json } = await uploadLimited(limits, { transformation: 'w_400', format: 'png' })
    expect(json).toMatchObject({ width: 400, format: 'png' })
  })
})

it('a key that may only upload cannot widen anything by Basic credentials', async () => {
  const form = formOf({ transformation: 'e_sepia' }, { bytes: photo, type: 'image/jpeg' })
  const { status, json } = await running.post('image/upload', form, basic(UPLOAD_KEY))
  expect({ status, message: json.error.message }).toEqual({
    status: 400,
    message: 'Invalid transformation component - e_sepia',
  })
})

/** Creates a PNG whose header declares more pixels than its data contains. */
function bomb(widthPx: number, heightPx: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(widthPx, 0)
  header.writeUInt32BE(heightPx, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data])
    const length = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    const sum = Buffer.alloc(4)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, sum])
  }
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function crc32(bytes: Buffer): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

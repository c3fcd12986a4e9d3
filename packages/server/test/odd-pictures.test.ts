/** Uploads slightly defective images to a running server. Viewers can open these images. @module */

import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  brokenProfile,
  flipped,
  jpegHeaders,
  jpegScanHeader,
  noise,
  pngChunk,
  startOf,
  withChunk,
  withoutEnd,
  withSamsungScan,
  withSegment,
  withStrayBytes,
} from './odd-pictures.js'
import {
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from './running-server.js'

type Key = typeof UPLOAD_KEY

let running: RunningServer
const files: Record<string, Buffer> = {}
beforeAll(async () => {
  running = await startTestServer()
  // All encodings need the same pixels. The noise differs in every instance, so it is created once.
  const pixels = await noise().png().toBuffer()
  const manyPixels = await noise(2000, 1500).blur(1).png().toBuffer()
  const source = () => sharp(pixels)
  const photo = () => sharp(manyPixels)
  files.jpeg = await source().jpeg().toBuffer()
  files.photo = await photo().jpeg().toBuffer()
  files.small = await noise(30, 20).jpeg().toBuffer()
  files.progressive = await source().jpeg({ progressive: true }).toBuffer()
  files.cmyk = await source().toColourspace('cmyk').jpeg().toBuffer()
  files.gray = await source().greyscale().jpeg().toBuffer()
  files.profile = await source().withIccProfile('p3').jpeg().toBuffer()
  files.png = await source().png().toBuffer()
  files.interlaced = await source().png({ progressive: true }).toBuffer()
  files.largePng = await photo().png({ compressionLevel: 1 }).toBuffer()
  files.gif = await source().gif().toBuffer()
  files.webp = await source().webp().toBuffer()
  files.avif = await source().avif({ effort: 0 }).toBuffer()
})
afterAll(() => running.close())

const file = (name: string) => files[name] ?? expect.fail(`no ${name}`)

const send = (bytes: Buffer, key: Key) =>
  running.post('image/upload', formOf(signed(key), { bytes, name: 'file', type: '' }))

async function derive({ json }: Awaited<ReturnType<typeof send>>): Promise<Response> {
  return fetch(json.secure_url.replace('/upload/', '/upload/w_40/'))
}

async function expectDelivered(bytes: Buffer, key: Key): Promise<Buffer> {
  const answer = await send(bytes, key)
  expect([answer.status, answer.json.error]).toEqual([200, undefined])
  const original = await fetch(answer.json.secure_url)
  expect(Buffer.from(await original.arrayBuffer()).equals(bytes)).toBe(true)
  const derived = await derive(answer)
  expect([derived.status, derived.headers.get('x-cld-error')]).toEqual([200, null])
  return Buffer.from(await derived.arrayBuffer())
}

/** Returns the entropy of five rows of an image: 0 if all pixels are equal. */
async function entropyOf(picture: Buffer, top: number): Promise<number> {
  const strip = sharp(picture).extract({ left: 0, top, width: 40, height: 5 }).removeAlpha()
  return (await sharp(await strip.png().toBuffer()).stats()).entropy
}

const ODD: readonly (readonly [string, () => Buffer])[] = [
  ['JPEG with the scan parameters of Samsung cameras', () => withSamsungScan(file('jpeg'))],
  ['JPEG with stray bytes before a marker', () => withStrayBytes(file('jpeg'))],
  ['JPEG without its end marker', () => withoutEnd(file('jpeg'), 2)],
  ['JPEG with half an end marker', () => withoutEnd(file('jpeg'), 1)],
  ['JPEG of 30x20 without its end marker', () => withoutEnd(file('small'), 2)],
  ['JPEG without its last kilobyte', () => withoutEnd(file('photo'), 1024)],
  ['JPEG with odd scan parameters and no end', () => withoutEnd(withSamsungScan(file('jpeg')), 2)],
  ['progressive JPEG without its end marker', () => withoutEnd(file('progressive'), 2)],
  ['progressive JPEG without its last kilobyte', () => withoutEnd(file('progressive'), 1024)],
  ['progressive JPEG with all rows, half as sharp', () => startOf(file('progressive'), 0.5)],
  ['CMYK JPEG without its end marker', () => withoutEnd(file('cmyk'), 2)],
  ['gray JPEG without its end marker', () => withoutEnd(file('gray'), 2)],
  ['JPEG with a profile and no end marker', () => withoutEnd(file('profile'), 2)],
  ['JPEG with a flipped bit in its scan', () => flipped(file('jpeg'), -2000)],
  ['JPEG with bytes behind its end', () => Buffer.concat([file('jpeg'), Buffer.alloc(40_000, 7)])],
  [
    'JPEG with an Adobe marker cut short',
    () => withSegment(file('jpeg'), 0xee, Buffer.from('Adob')),
  ],
  [
    'JPEG with an Adobe transform that does not exist',
    () => withSegment(file('jpeg'), 0xee, Buffer.from('Adobe\0\x64\0\0\0\0\x09', 'latin1')),
  ],
  [
    'JPEG with broken EXIF',
    () => withSegment(file('jpeg'), 0xe1, Buffer.from('Exif\0\0II*\0\xff\xff', 'latin1')),
  ],
  [
    'PNG with a wrong checksum in a text',
    () => withChunk(file('png'), flipped(pngChunk('tEXt', Buffer.from('a\0b')), -1)),
  ],
  ['PNG with a profile that is none', () => withChunk(file('png'), brokenProfile())],
  ['PNG without its end chunk', () => withoutEnd(file('png'), 12)],
  ['PNG with a part of its end chunk', () => withoutEnd(file('png'), 4)],
  ['PNG with bytes behind its end', () => Buffer.concat([file('png'), Buffer.alloc(5000, 9)])],
  ['GIF without its trailer', () => withoutEnd(file('gif'), 1)],
  ['GIF with bytes behind its trailer', () => Buffer.concat([file('gif'), Buffer.alloc(99)])],
  ['WebP with bytes behind its end', () => Buffer.concat([file('webp'), Buffer.alloc(99)])],
  ['AVIF with bytes behind its end', () => Buffer.concat([file('avif'), Buffer.alloc(99)])],
]

describe('an image that only causes decoder warnings', () => {
  it.each(ODD)('is stored and delivered by either key: a %s', async (_, bytes) => {
    for (const key of [UPLOAD_KEY, FULL_KEY]) {
      const { width } = await sharp(await expectDelivered(bytes(), key)).metadata()
      expect(width).toBe(40)
    }
  })
})

describe('an image that cannot be decoded', () => {
  const damaged: readonly (readonly [string, () => Buffer])[] = [
    ['JPEG without its second half', () => startOf(file('jpeg'), 0.5)],
    ['JPEG photo without its last fifth', () => startOf(file('photo'), 0.8)],
    ['CMYK JPEG without its second half', () => startOf(file('cmyk'), 0.5)],
    ['gray JPEG without its second half', () => startOf(file('gray'), 0.5)],
    ['JPEG that ends before its image data', () => jpegHeaders(file('jpeg'))],
    ['JPEG that ends after a scan header', () => jpegScanHeader(file('jpeg'))],
    ['progressive JPEG with a scan header only', () => jpegScanHeader(file('progressive'))],
    [
      'JPEG header before a page',
      () =>
        Buffer.concat([
          jpegScanHeader(file('jpeg')),
          Buffer.from('<html><script>alert(1)</script>'),
        ]),
    ],
    ['PNG with a wrong checksum in its pixels', () => flipped(file('png'), -13)],
    ['large PNG with a wrong checksum at its end', () => flipped(file('largePng'), -13)],
    ['PNG that ends within its pixels', () => withoutEnd(file('largePng'), 20)],
    ['PNG without its second half', () => startOf(file('png'), 0.5)],
    ['interlaced PNG without its second half', () => startOf(file('interlaced'), 0.5)],
    ['GIF without its second half', () => startOf(file('gif'), 0.5)],
    ['WebP without its last byte', () => withoutEnd(file('webp'), 1)],
    ['AVIF without its last byte', () => withoutEnd(file('avif'), 1)],
  ]
  it.each(damaged)('is refused on an upload key, and not kept: a %s', async (_, bytes) => {
    const before = await running.kept()
    const { status, json } = await send(bytes(), UPLOAD_KEY)
    expect([status, json.error?.message]).toEqual([400, 'Invalid image file'])
    expect(await running.kept()).toEqual(before)
  })

  it.each([
    ['JPEG', 'jpeg'],
    ['CMYK JPEG', 'cmyk'],
    ['PNG', 'png'],
    ['GIF', 'gif'],
  ])(
    'completely is delivered up to the missing part if a full key stored it: a %s',
    async (_, name) => {
      const derived = await expectDelivered(startOf(file(name), 0.5), FULL_KEY)
      // The decoded part has noise at the top, and the missing part at the bottom has one color.
      expect(await entropyOf(derived, 0)).toBeGreaterThan(1)
      expect(await entropyOf(derived, 25)).toBeLessThan(0.5)
    },
  )

  it('at all has an original but no derivative if a full key stored it', async () => {
    const bytes = withoutEnd(file('avif'), 1)
    const answer = await send(bytes, FULL_KEY)
    const original = await fetch(answer.json.secure_url)
    expect(Buffer.from(await original.arrayBuffer()).equals(bytes)).toBe(true)
    const derived = await derive(answer)
    expect([derived.status, derived.headers.get('x-cld-error')]).toEqual([
      400,
      'Invalid image file',
    ])
  })
})

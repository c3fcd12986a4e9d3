/** Tests the metadata that uploads read from files, with the official Node SDK. */

import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMetadataReader } from '../src/inspection/metadata-reader.js'
import { loadOfficialSdk, uploadBytes } from './official-sdk.js'
import { createQuadrants } from './pictures.js'
import { FULL_KEY, formOf, type RunningServer, signed, startTestServer } from './running-server.js'

let running: RunningServer
let sdk: ReturnType<typeof loadOfficialSdk>
let mp4: Buffer
let webm: Buffer

beforeAll(async () => {
  running = await startTestServer()
  sdk = loadOfficialSdk(running.address)
  mp4 = await recording('h264-opus.mp4')
  webm = await recording('vp8-opus.webm')
})
afterAll(() => running.close())

const recording = (name: string) => readFile(new URL(`media/${name}`, import.meta.url))
const upload = (bytes: Uint8Array, options: Record<string, unknown> = {}) =>
  uploadBytes(sdk, bytes, options)
const uploadVideo = (bytes: Uint8Array, options: Record<string, unknown> = {}) =>
  upload(bytes, { resource_type: 'video', ...options })

describe('a video', () => {
  it('is answered with duration, size, rates, codecs and audio', async () => {
    const result = await uploadVideo(mp4)
    expect(result).toMatchObject({
      resource_type: 'video',
      format: 'mp4',
      pages: 0,
      width: 64,
      height: 48,
      is_audio: false,
      rotation: 0,
      audio: { codec: 'opus', frequency: 48_000, channels: 2, channel_layout: 'stereo' },
      video: { codec: 'h264', pix_format: 'yuv420p', dar: '4:3' },
    })
    expect(result.duration).toBeCloseTo(1, 0)
    expect(Math.abs(result.frame_rate - 25)).toBeLessThan(3)
    expect(Math.abs(result.nb_frames - result.frame_rate * result.duration)).toBeLessThan(2)
    // The protocol sends the rates above as numbers, and those below as text (protocol: upload-api 2.7).
    expect(result.bit_rate).toBeCloseTo((mp4.length * 8) / result.duration, -3)
    expect(result.audio.bit_rate).toMatch(/^\d+$/)
    expect(result.video.bit_rate).toMatch(/^\d+$/)
    expect(result).not.toHaveProperty('video_metadata')
  })

  it('in WebM is answered without the bit rate of its tracks', async () => {
    const result = await upload(webm, { resource_type: 'auto' })
    expect(result).toMatchObject({
      resource_type: 'video',
      format: 'webm',
      width: 64,
      video: { codec: 'vp8', pix_format: 'yuv420p' },
    })
    expect(result.video).not.toHaveProperty('bit_rate')
  })

  it('with a rotation is answered with its displayed size', async () => {
    expect(await uploadVideo(turned(mp4))).toMatchObject({ rotation: 90, width: 48, height: 64 })
  })

  it('with media_metadata is answered with the container’s metadata as text', async () => {
    const { video_metadata: tags } = await uploadVideo(mp4, { media_metadata: true })
    expect(tags).toMatchObject({ Format: 'MPEG-4' })
    expect(Object.values(tags).every((value) => typeof value === 'string')).toBe(true)
  })

  it('without a picture is answered as audio without a size', async () => {
    const result = await uploadVideo(wav({ seconds: 0.5, channels: 1, hertz: 8000 }))
    expect(result).toMatchObject({
      format: 'wav',
      is_audio: true,
      duration: 0.5,
      video: {},
      audio: {
        codec: 'pcm_s16le',
        frequency: 8000,
        channels: 1,
        channel_layout: 'mono',
        bit_rate: '128000',
      },
    })
    expect(result).not.toHaveProperty('width')
    expect(result).not.toHaveProperty('nb_frames')
  })

  it('is answered with the same properties if the nonce is repeated', async () => {
    const fields = { nonce: 'cd'.repeat(16) }
    const send = () =>
      running.post('video/upload', formOf(signed(FULL_KEY, fields), { bytes: mp4 }))
    const first = await send()
    expect((await send()).json).toEqual(first.json)
    expect(first.json).toHaveProperty('duration')
  })
})

describe('a broken video', () => {
  it.each([
    ['a header without data', () => mp4.subarray(0, 40)],
    ['a header before noise', () => Buffer.concat([mp4.subarray(0, 40), noise(100_000)])],
    ['a WebM header before noise', () => Buffer.concat([webm.subarray(0, 40), noise(100_000)])],
    ['a RIFF header alone', () => wav({ seconds: 0, channels: 1, hertz: 8000 }).subarray(0, 14)],
    ['boxes that nest a thousand deep', () => nested(mp4, 1000)],
    ['a box longer than the file', () => lying(mp4)],
  ])('is refused with the protocol’s text, and nothing is kept: %s', async (_what, make) => {
    const before = await running.kept()
    await expect(uploadVideo(make())).rejects.toMatchObject({
      http_code: 400,
      message: 'Unsupported video format or file',
    })
    expect(await running.kept()).toEqual(before)
  })

  it('does not prevent the next video from being read', async () => {
    await expect(uploadVideo(nested(mp4, 1000))).rejects.toMatchObject({ http_code: 400 })
    expect(await uploadVideo(mp4)).toHaveProperty('duration')
  })
})

describe('a document', () => {
  it('is answered with its number of pages, also as an existing asset', async () => {
    const options = { public_id: 'paper', resource_type: 'auto' }
    const result = await upload(await recording('pages-5-streams.pdf'), options)
    expect(result).toMatchObject({ resource_type: 'image', format: 'pdf', pages: 5 })
    const again = await upload(await recording('pages-5-table.pdf'), {
      ...options,
      overwrite: false,
    })
    expect(again).toMatchObject({ existing: true, pages: 5 })
  })

  it('with an unknown number of pages is stored and answered without pages', async () => {
    const sealed = await upload(await recording('pages-5-sealed.pdf'))
    const broken = await upload(Buffer.from('%PDF-1.7\nnothing else\n'))
    for (const result of [sealed, broken]) {
      expect(result).toMatchObject({ format: 'pdf' })
      expect(result).not.toHaveProperty('pages')
    }
  })

  it('that is an SVG is answered without pages', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    const result = await upload(svg)
    expect(result).toMatchObject({ format: 'svg' })
    expect(result).not.toHaveProperty('pages')
  })
})

describe('the reader', () => {
  it('is stopped if a file takes too long, and starts again', async () => {
    const reader = createMetadataReader({ maxSeconds: 0 })
    const path = new URL('media/h264-opus.mp4', import.meta.url).pathname
    await expect(reader.readMedia(path)).rejects.toMatchObject({
      code: 'ASSET_TYPE_REFUSED',
      details: { reason: 'it took longer than 0 seconds' },
    })
    expect(await reader.readImageTags(path)).toBeNull()
  })

  it('gives a PDF less time than a video', async () => {
    const reader = createMetadataReader({ maxPdfSeconds: 0 })
    const video = new URL('media/h264-opus.mp4', import.meta.url).pathname
    const pdf = new URL('media/pages-5-table.pdf', import.meta.url).pathname
    expect(await reader.readPdfPages(pdf)).toBeNull()
    expect(await reader.readMedia(video)).toMatchObject({ widthPx: 64 })
    expect(await createMetadataReader().readPdfPages(pdf)).toBe(5)
  })

  it('limits the waiting files: requested metadata is refused, and pages are left out', async () => {
    const reader = createMetadataReader({ maxWaiting: 1 })
    const video = new URL('media/h264-opus.mp4', import.meta.url).pathname
    const pdf = new URL('media/pages-5-table.pdf', import.meta.url).pathname
    const taken = [reader.readMedia(video), reader.readMedia(video)]
    const message = '2 files are being read or waiting to be read. Try again later'
    const refusal = { code: 'RATE_LIMITED', message }
    await expect(reader.readMedia(video)).rejects.toMatchObject(refusal)
    await expect(reader.readImageTags(video)).rejects.toMatchObject(refusal)
    expect(await reader.readPdfPages(pdf)).toBeNull()
    expect(await Promise.all(taken)).toHaveLength(2)
    expect(await reader.readPdfPages(pdf)).toBe(5)
  })

  it('leaves out the pages of a PDF if more than four files are ahead', async () => {
    const reader = createMetadataReader()
    const video = new URL('media/h264-opus.mp4', import.meta.url).pathname
    const pdf = new URL('media/pages-5-table.pdf', import.meta.url).pathname
    const four = Array.from({ length: 4 }, () => reader.readMedia(video))
    const pages = reader.readPdfPages(pdf)
    expect(await reader.readPdfPages(pdf)).toBeNull()
    expect(await Promise.all([...four, reader.readMedia(video)])).toHaveLength(5)
    expect(await pages).toBe(5)
  })

  it('leaves out unrequested pages if too many files wait, and refuses requested metadata with 429', async () => {
    const { metadataReader } = running.server.services
    const pipe = join(running.folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const pdf = new URL('media/pages-5-table.pdf', import.meta.url).pathname
    // Opening a pipe blocks until something writes to it, so all other files wait.
    const first = metadataReader.readImageTags(pipe)
    const picture = await createQuadrants({ widthPx: 8, heightPx: 8 })
    const path = join(running.folder, 'picture')
    await writeFile(path, picture)
    const others = Array.from({ length: 64 }, () => metadataReader.readImageTags(path))
    const range = { 'content-range': `bytes 0-${mp4.length - 1}/${mp4.length}` }
    const sendPart = () =>
      running.post('video/upload', formOf(signed(FULL_KEY), { bytes: mp4 }), {
        'x-unique-upload-id': 'a-crowd',
        ...range,
      })
    const sendPicture = (params: Record<string, string>) =>
      running.post('image/upload', formOf(signed(FULL_KEY, params), { bytes: picture }))
    const kept = await running.kept()

    expect(await sendPicture({})).toMatchObject({ status: 200 })
    expect(await upload(await readFile(pdf))).not.toHaveProperty('pages')
    expect(await sendPicture({ media_metadata: 'true' })).toMatchObject({ status: 429 })
    expect(await sendPart()).toMatchObject({ status: 429 })
    expect(await running.kept()).toEqual({
      assets: kept.assets + 2,
      blobs: kept.blobs + 2,
      // The part stays, so that its upload can continue.
      staged: kept.staged + 1,
    })

    await writeFile(pipe, '')
    await Promise.all([first, ...others])
    expect(await sendPart()).toMatchObject({ status: 200, json: { format: 'mp4' } })
    expect(await sendPicture({ media_metadata: 'true' })).toMatchObject({ status: 200 })
  })

  it('names a required package that is not installed', async () => {
    const reader = createMetadataReader({ mediaLibrary: 'not-installed-here' })
    const path = new URL('media/h264-opus.mp4', import.meta.url).pathname
    await expect(reader.readMedia(path)).rejects.toThrow(
      'Reading this file needs the package not-installed-here, which is not installed on this server',
    )
  })
})

describe('media_metadata of an image', () => {
  const GPS = { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' }
  const XMP =
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="A tool"/></rdf:RDF></x:xmpmeta>'
  const tagged = (format: 'jpeg' | 'webp' | 'avif') =>
    sharp({ create: { width: 30, height: 20, channels: 3, background: 'teal' } })
      .withExif({ IFD0: { Make: 'A maker', Copyright: 'somebody' }, IFD3: GPS })
      .withXmp(XMP)
      .toFormat(format)
      .toBuffer()

  it.each(['jpeg', 'webp', 'avif'] as const)(
    'is returned as text in image_metadata: %s',
    async (format) => {
      const bytes = await tagged(format)
      const { image_metadata: tags } = await upload(bytes, { media_metadata: true })
      expect(tags).toMatchObject({
        Make: 'A maker',
        Copyright: 'somebody',
        CreatorTool: 'A tool',
        GPSLatitudeRef: 'North latitude',
        GPSLatitude: expect.stringMatching(/^51\.50/),
      })
      expect(Object.values(tags).every((value) => typeof value === 'string')).toBe(true)
      expect(await upload(bytes)).not.toHaveProperty('image_metadata')
    },
  )

  it('may be requested as image_metadata; exif returns EXIF only; false returns nothing', async () => {
    const bytes = await tagged('jpeg')
    const old = await upload(bytes, { image_metadata: true, exif: true, public_id: 'tagged' })
    expect(old.image_metadata).toMatchObject({ Make: 'A maker', CreatorTool: 'A tool' })
    expect(old.exif).toMatchObject({ Make: 'A maker' })
    expect(old.exif).not.toHaveProperty('CreatorTool')
    const none = await upload(bytes, { image_metadata: false, exif: false })
    expect(none).not.toHaveProperty('image_metadata')
    const again = await sdk.uploader.explicit('tagged', { type: 'upload', image_metadata: true })
    expect(again.image_metadata).toEqual(old.image_metadata)
  })

  it('is that of the received file if a transformation removes it from the stored one', async () => {
    const result = await upload(await tagged('jpeg'), {
      media_metadata: true,
      transformation: { width: 10 },
    })
    expect(result).toMatchObject({ width: 10, image_metadata: { Make: 'A maker' } })
    const stored = Buffer.from(await (await fetch(result.secure_url)).arrayBuffer())
    expect((await sharp(stored).metadata()).exif).toBeUndefined()
  })

  it('is empty for an image without tags, and truncated to 2,000 characters a tag', async () => {
    const plain = await createQuadrants({ widthPx: 8, heightPx: 8 })
    expect((await upload(plain, { media_metadata: true })).image_metadata).toEqual({})
    const IFD0 = { ImageDescription: 'x'.repeat(50_000) }
    const large = await sharp(plain).withExif({ IFD0 }).jpeg().toBuffer()
    const { image_metadata: tags } = await upload(large, { media_metadata: true })
    expect(tags.ImageDescription).toHaveLength(2000)
  })

  it('with invalid or circular offsets does not prevent the upload', async () => {
    const bytes = await tagged('jpeg')
    const at = bytes.indexOf('Exif\0\0') + 6
    for (const offset of [0xffffffff, 8, 0]) {
      const broken = Buffer.from(bytes)
      broken.writeUInt32LE(offset, at + 4)
      const result = await upload(broken, { media_metadata: true })
      expect(result.image_metadata).toBeTypeOf('object')
    }
    const names = XMP.replaceAll('CreatorTool', '__proto__')
    const polluting = await sharp(bytes).withXmp(names).jpeg().toBuffer()
    await upload(polluting, { media_metadata: true })
    expect(Object.prototype).not.toHaveProperty('A tool')
  })
})

describe('quality_override', () => {
  it('sets the quality of q_auto for this asset, and does not change other qualities', async () => {
    const noisy = await sharp(noise(200 * 200 * 3), {
      raw: { width: 200, height: 200, channels: 3 },
    })
      .jpeg({ quality: 100 })
      .toBuffer()
    await upload(noisy, { public_id: 'plain' })
    await upload(noisy, { public_id: 'poor', quality_override: 10 })
    const bytes = async (path: string) => {
      const response = await fetch(`${running.address}/${FULL_KEY.cloud}/image/upload/${path}`)
      return Buffer.from(await response.arrayBuffer()).length
    }
    expect(await bytes('q_auto/poor')).toBe(await bytes('q_10/plain'))
    expect(await bytes('q_auto/plain')).toBe(await bytes('q_80/plain'))
    expect(await bytes('q_70/poor')).toBe(await bytes('q_70/plain'))
    await sdk.uploader.explicit('poor', { type: 'upload', quality_override: 'auto:low' })
    expect(await bytes('q_auto/poor')).toBe(await bytes('q_auto:low/plain'))
  })

  it.each(['0', '101', 'auto:sepia', '80,w_5', '80/w_5'])('%s is refused', async (value) => {
    await expect(
      upload(await createQuadrants({ widthPx: 8, heightPx: 8 }), { quality_override: value }),
    ).rejects.toMatchObject({
      http_code: 400,
      message: 'quality_override must be 1 to 100, or auto with best, good, eco or low',
    })
  })
})

it.each(['colors', 'faces', 'phash', 'quality_analysis'])(
  '%s, which looks at pixels, is refused by name',
  async (name) => {
    const picture = await createQuadrants({ widthPx: 8, heightPx: 8 })
    const form = formOf(signed(FULL_KEY, { [name]: '1' }), { bytes: picture })
    const { status, json } = await running.post('image/upload', form)
    expect({ status, message: json.error.message }).toEqual({
      status: 400,
      message: `${name} is not supported`,
    })
  },
)

/** Creates bytes that look random and are the same in every run. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = 0x2545f491
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[at] = state >>> 24
  }
  return bytes
}

/** Creates a WAV file with silence in 16-bit PCM. */
function wav(options: { seconds: number; channels: number; hertz: number }): Buffer {
  const { seconds, channels, hertz } = options
  const data = Buffer.alloc(Math.round(seconds * hertz) * channels * 2)
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + data.length, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(hertz, 24)
  header.writeUInt32LE(hertz * channels * 2, 28)
  header.writeUInt16LE(channels * 2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(data.length, 40)
  return Buffer.concat([header, data])
}

/** Rotates a video by 90 degrees in its track header (ISO 14496-12, 8.3.2). */
function turned(film: Buffer): Buffer {
  const turnedFilm = Buffer.from(film)
  const header = turnedFilm.indexOf('tkhd') + 4
  const isLong = turnedFilm[header] === 1
  const matrix = header + (isLong ? 52 : 40)
  for (const [index, value] of [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000].entries()) {
    turnedFilm.writeInt32BE(value, matrix + index * 4)
  }
  return turnedFilm
}

/** Creates a file with a header and nested boxes. */
function nested(film: Buffer, depth: number): Buffer {
  const boxes = Buffer.alloc(depth * 8)
  for (let level = 0; level < depth; level += 1) {
    boxes.writeUInt32BE((depth - level) * 8, level * 8)
    boxes.write('moov', level * 8 + 4)
  }
  return Buffer.concat([film.subarray(0, film.readUInt32BE(0)), boxes])
}

/** Creates a file with a header and a box whose size exceeds the file. */
function lying(film: Buffer): Buffer {
  const box = Buffer.from('ffffffff6d6f6f76000000ff7472616b', 'hex')
  return Buffer.concat([film.subarray(0, film.readUInt32BE(0)), box])
}

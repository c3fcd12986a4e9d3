import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BLUE, createAnimation, createQuadrants, RED } from '../../../test/pictures.js'
import { inspectImage } from './inspect.js'

let folder: string
let jpeg: Buffer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-inspect-'))
  jpeg = await createQuadrants({ widthPx: 320, heightPx: 200, format: 'jpeg' })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function stage(bytes: Buffer | string, name = 'staged'): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

describe('a complete image', () => {
  it.each([
    ['jpeg', 'jpg', 'image/jpeg'],
    ['png', 'png', 'image/png'],
    ['webp', 'webp', 'image/webp'],
    ['gif', 'gif', 'image/gif'],
    ['avif', 'avif', 'image/avif'],
  ] as const)('in %s is %s of type %s', async (written, format, mimeType) => {
    const path = await stage(await createQuadrants({ widthPx: 40, heightPx: 30, format: written }))
    expect(await inspectImage(path, { isDecoded: true })).toMatchObject({
      format,
      mimeType,
      widthPx: 40,
      heightPx: 30,
      pages: 1,
    })
  })

  it('with an EXIF orientation has the size that browsers show', async () => {
    const path = await stage(
      await createQuadrants({ widthPx: 40, heightPx: 30, format: 'jpeg', orientation: 6 }),
    )
    expect(await inspectImage(path)).toMatchObject({ widthPx: 30, heightPx: 40 })
  })

  it('with several frames has the height of one frame', async () => {
    const path = await stage(
      await createAnimation({ widthPx: 20, heightPx: 10, colors: [RED, BLUE, RED] }),
    )
    expect(await inspectImage(path, { isDecoded: true })).toMatchObject({
      format: 'gif',
      widthPx: 20,
      heightPx: 10,
      pages: 3,
    })
  })
})

describe('a file that is not a supported image', () => {
  const others: readonly [string, Buffer | string][] = [
    ['text', 'this is text'],
    ['nothing', ''],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
    ['PDF', '%PDF-1.4\n1 0 obj\n'],
    [
      'a JPEG marker and text',
      Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.from('text')]),
    ],
  ]
  it.each(others)('is refused if it is %s', async (_, bytes) => {
    await expect(inspectImage(await stage(bytes))).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      message: 'Invalid image file',
    })
  })

  it('is refused if it is TIFF, which browsers do not show', async () => {
    const path = await stage(await createQuadrants({ widthPx: 8, heightPx: 8, format: 'tiff' }))
    await expect(inspectImage(path)).rejects.toMatchObject({ code: 'IMAGE_INVALID' })
  })
})

describe('a truncated image', () => {
  it('passes if only its header is read', async () => {
    expect(await inspectImage(await stage(jpeg.subarray(0, jpeg.length / 2)))).toMatchObject({
      format: 'jpg',
    })
  })

  it.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)(
    'in %s does not decode',
    async (format) => {
      const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
      const whole = await sharp({
        create: { width: 200, height: 200, channels: 3, noise, background: 'red' },
      })
        .toFormat(format)
        .toBuffer()
      const path = await stage(whole.subarray(0, Math.floor(whole.length * 0.6)))
      await expect(inspectImage(path, { isDecoded: true })).rejects.toMatchObject({
        code: 'IMAGE_INVALID',
      })
    },
  )
})

describe('the pixel limit', () => {
  it('accepts an image at the limit and refuses one above it, from the header alone', async () => {
    const path = await stage(jpeg.subarray(0, jpeg.length / 2))
    expect(await inspectImage(path, { limits: { maxPixels: 320 * 200 } })).toMatchObject({
      widthPx: 320,
    })
    await expect(
      inspectImage(path, { limits: { maxPixels: 320 * 200 - 1 } }),
    ).rejects.toMatchObject({
      code: 'ASSET_TOO_LARGE',
    })
  })

  it('refuses a small file whose header says 60 Megapixels', async () => {
    const png = await createQuadrants({ widthPx: 8, heightPx: 8 })
    png.writeUInt32BE(10_000, 16)
    png.writeUInt32BE(6_000, 20)
    png.writeUInt32BE(crc32(png.subarray(12, 29)), 29)
    await expect(inspectImage(await stage(png), { isDecoded: true })).rejects.toMatchObject({
      code: 'ASSET_TOO_LARGE',
      message: 'Maximum image size is 50 Megapixels. Requested 60 Megapixels',
    })
  })
})

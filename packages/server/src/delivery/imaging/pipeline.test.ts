import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseTransformation } from '@countersign/protocol/transformation'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  BLUE,
  createAnimation,
  createQuadrants,
  GREEN,
  isNear,
  pixelAt,
  RED,
  type Rgb,
  YELLOW,
} from '../../../test/pictures.js'
import { readImageHeader } from './inspect.js'
import { deriveImage } from './pipeline.js'
import { planDerivative } from './plan.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-pipeline-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function derive(picture: Buffer, text: string, extension?: string): Promise<Buffer> {
  const path = join(folder, 'source')
  await writeFile(path, picture)
  const source = await readImageHeader(path)
  const transformation = parseTransformation(text)
  const format = extension === undefined ? {} : { extension }
  return deriveImage(path, planDerivative({ transformation, source, accept: 'base', ...format }))
}

async function sizeOf(picture: Buffer): Promise<string> {
  const { width, height } = await sharp(picture).metadata()
  return `${width}x${height}`
}

const wide = () => createQuadrants({ widthPx: 200, heightPx: 100 })

describe('fill', () => {
  // The image has four quadrants: red, green above blue, yellow. 100 of its 200 columns are kept.
  const corners: readonly [string, Rgb, Rgb][] = [
    ['west', RED, RED],
    ['center', RED, GREEN],
    ['east', GREEN, GREEN],
  ]
  it.each(corners)('with g_%s keeps that part', async (gravity, topLeft, topRight) => {
    const output = await derive(await wide(), `c_fill,w_100,h_100,g_${gravity}`)
    expect(await sizeOf(output)).toBe('100x100')
    expect(isNear(await pixelAt(output, 5, 5), topLeft)).toBe(true)
    expect(isNear(await pixelAt(output, 94, 5), topRight)).toBe(true)
  })

  it('with g_south_east keeps the lower half of a tall image', async () => {
    const tall = await createQuadrants({ widthPx: 100, heightPx: 200 })
    const output = await derive(tall, 'c_fill,w_100,h_100,g_south_east')
    expect(isNear(await pixelAt(output, 5, 5), BLUE)).toBe(true)
    expect(isNear(await pixelAt(output, 94, 94), YELLOW)).toBe(true)
  })

  it.each([
    ['at the left end', 10],
    ['at the right end', 230],
  ])('with g_auto keeps a colorful subject %s', async (_, left) => {
    const subject = await createQuadrants({ widthPx: 60, heightPx: 60 })
    const gray = { width: 300, height: 80, channels: 3, background: '#888' } as const
    const picture = sharp({ create: gray }).composite([{ input: subject, left, top: 10 }])
    const output = await derive(await picture.png().toBuffer(), 'c_fill,w_80,h_80,g_auto', 'png')
    expect(await sizeOf(output)).toBe('80x80')
    const { channels } = await sharp(output).stats()
    // The subject has all colors; the gray around it has none.
    expect(channels.slice(0, 3).every(({ stdev }) => stdev > 50)).toBe(true)
  })

  it('of an animation with g_auto keeps the middle of every frame', async () => {
    const frame = await wide()
    // The frames must differ, because encoders merge equal ones.
    const next = await sharp(frame).negate({ alpha: false }).toBuffer()
    const animation = await sharp([frame, next], { join: { animated: true } })
      .webp()
      .toBuffer()
    const output = await derive(animation, 'c_fill,w_100,h_100,g_auto', 'webp')
    expect((await sharp(output, { pages: -1 }).metadata()).pages).toBe(2)
    expect(isNear(await pixelAt(output, 5, 5), RED)).toBe(true)
    expect(isNear(await pixelAt(output, 94, 5), GREEN)).toBe(true)
  })

  it('cuts a strip that is far longer than the output', async () => {
    const strip = await createQuadrants({ widthPx: 16_000, heightPx: 4 })
    expect(await sizeOf(await derive(strip, 'c_fill,w_300,h_300,g_auto'))).toBe('300x300')
    expect(await sizeOf(await derive(strip, 'c_fill,w_300,h_300'))).toBe('300x300')
  })
})

describe('pad', () => {
  it('is transparent if the format allows it, and shows the whole image', async () => {
    const output = await derive(await wide(), 'c_pad,w_100,h_100', 'png')
    expect(await sizeOf(output)).toBe('100x100')
    expect((await pixelAt(output, 50, 5))[3]).toBe(0)
    expect(isNear(await pixelAt(output, 5, 30), RED)).toBe(true)
    expect(isNear(await pixelAt(output, 94, 70), YELLOW)).toBe(true)
  })

  it('is white in JPEG', async () =>
    expect(await pixelAt(await derive(await wide(), 'c_pad,w_100,h_100', 'jpg'), 50, 5)).toEqual([
      255, 255, 255, 255,
    ]))

  it.each([
    ['b_red', [255, 0, 0, 255]],
    ['b_rgb:0A141E', [10, 20, 30, 255]],
    ['b_rgb:0a141e80', [10, 20, 30, 128]],
  ])('has the color of %s', async (background, color) => {
    const output = await derive(await wide(), `c_pad,w_100,h_100,${background}`, 'png')
    expect(await pixelAt(output, 50, 5)).toEqual(color)
  })

  it('puts the image at the bottom with g_south', async () => {
    const output = await derive(await wide(), 'c_pad,w_100,h_100,g_south,b_white')
    expect(await pixelAt(output, 50, 45)).toEqual([255, 255, 255, 255])
    expect(isNear(await pixelAt(output, 5, 97), BLUE)).toBe(true)
  })
})

describe('transparency', () => {
  it('becomes white in JPEG, or the color in b_', async () => {
    const glass = await createQuadrants({ widthPx: 40, heightPx: 40, alpha: 0 })
    expect(isNear(await pixelAt(await derive(glass, 'w_20', 'jpg'), 3, 3), [255, 255, 255])).toBe(
      true,
    )
    expect(
      isNear(await pixelAt(await derive(glass, 'w_20,b_blue', 'jpg'), 3, 3), [0, 0, 255]),
    ).toBe(true)
    expect(await pixelAt(await derive(glass, 'b_blue', 'png'), 3, 3)).toEqual([0, 0, 255, 255])
  })

  it('is kept in formats that support it', async () => {
    const glass = await createQuadrants({ widthPx: 40, heightPx: 40, alpha: 0.5 })
    for (const format of ['png', 'webp', 'avif']) {
      const [, , , alpha = 0] = await pixelAt(await derive(glass, 'w_20', format), 3, 3)
      expect(Math.abs(alpha - 128)).toBeLessThanOrEqual(4)
    }
  })
})

describe('orientation', () => {
  // EXIF 6: browsers rotate the stored image by 90 degrees to the right, so blue is at the top left.
  it('is applied before the resize, and dropped with all metadata', async () => {
    const turned = await createQuadrants({
      widthPx: 200,
      heightPx: 100,
      format: 'jpeg',
      orientation: 6,
    })
    const output = await derive(turned, 'w_50', 'jpg')
    expect(await sizeOf(output)).toBe('50x100')
    expect(isNear(await pixelAt(output, 5, 5), BLUE)).toBe(true)
    expect(isNear(await pixelAt(output, 45, 95), GREEN)).toBe(true)
    const { exif, orientation, icc, xmp } = await sharp(output).metadata()
    expect([exif, orientation, icc, xmp]).toEqual([undefined, undefined, undefined, undefined])
  })
})

describe('components', () => {
  it('run from left to right, each on the result of the previous one', async () => {
    const output = await derive(
      await wide(),
      'c_fill,w_100,h_100,g_east/c_pad,w_100,h_200,b_white/w_0.5',
    )
    expect(await sizeOf(output)).toBe('50x100')
    expect(await pixelAt(output, 25, 10)).toEqual([255, 255, 255, 255])
    expect(isNear(await pixelAt(output, 5, 30), GREEN)).toBe(true)
    expect(isNear(await pixelAt(output, 5, 70), YELLOW)).toBe(true)
  })

  it('keep transparency between them', async () => {
    const output = await derive(await wide(), 'c_pad,w_100,h_100/w_50', 'png')
    expect((await pixelAt(output, 25, 2))[3]).toBe(0)
  })
})

describe('animations', () => {
  const frames = () => createAnimation({ widthPx: 40, heightPx: 20, colors: [RED, GREEN, BLUE] })

  it.each(['w_20', 'c_fill,w_10,h_10', 'c_pad,w_20,h_20,b_white', 'c_pad,w_30,h_30,b_white/w_20'])(
    'keep frames, delays and loop through %s',
    async (text) => {
      for (const format of ['gif', 'webp']) {
        const output = await derive(await frames(), text, format)
        const { pages, delay, loop } = await sharp(output, { pages: -1 }).metadata()
        expect({ pages, delay, loop }).toEqual({ pages: 3, delay: [100, 100, 100], loop: 0 })
        const last = await sharp(output, { page: 2 }).png().toBuffer()
        const { width, height } = await sharp(last).metadata()
        const middle = await pixelAt(last, Math.floor(width / 2), Math.floor(height / 2))
        expect(isNear(middle, BLUE, 40)).toBe(true)
      }
    },
  )
})

describe('quality', () => {
  it('makes the file smaller step by step', async () => {
    const noise = await sharp({
      create: {
        width: 200,
        height: 200,
        channels: 3,
        background: 'gray',
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
      },
    })
      .png()
      .toBuffer()
    for (const format of ['jpg', 'webp', 'avif']) {
      const sizes: number[] = []
      for (const q of ['100', 'auto:best', 'auto', 'auto:eco', 'auto:low', '10']) {
        sizes.push((await derive(noise, `q_${q}`, format)).length)
      }
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
    }
  })
})

describe('a source', () => {
  it('that is truncated is shown as far as it decodes', async () => {
    const whole = await createQuadrants({ widthPx: 400, heightPx: 400, format: 'jpeg' })
    const output = await derive(whole.subarray(0, whole.length - 400), 'w_100', 'png')
    expect(isNear(await pixelAt(output, 5, 5), RED)).toBe(true)
    expect(isNear(await pixelAt(output, 5, 95), [128, 128, 128])).toBe(true)
  })

  it('of which nothing decodes is refused', async () => {
    const whole = await createQuadrants({ widthPx: 400, heightPx: 400, format: 'avif' })
    await expect(derive(whole.subarray(0, whole.length - 1), 'w_100')).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      message: 'Invalid image file',
    })
  })
})

import { parseTransformation } from '@countersign/protocol/transformation'
import { describe, expect, it } from 'vitest'
import type { InspectedImage } from './inspect.js'
import { type DerivativePlan, planDerivative } from './plan.js'

const SOURCE: InspectedImage = {
  format: 'jpg',
  mimeType: 'image/jpeg',
  widthPx: 4000,
  heightPx: 3000,
  pages: 1,
  hasAlpha: false,
}

function plan(
  text: string,
  source: Partial<InspectedImage> = {},
  options: { extension?: string; accept?: 'avif' | 'webp' | 'base' } = {},
): DerivativePlan {
  const { accept = 'base', ...rest } = options
  const transformation = parseTransformation(text)
  return planDerivative({ transformation, source: { ...SOURCE, ...source }, accept, ...rest })
}

// Each case has a value at the limit, and a value one above it.
describe('limits', () => {
  it.each([
    [
      'c_scale,w_5000,h_5000',
      'c_scale,w_5000,h_5001',
      'Maximum image size is 25 Megapixels. Requested 25.1 Megapixels',
    ],
    [
      'c_scale,w_8192,h_10',
      'c_scale,w_8193,h_10',
      'Maximum image side is 8192 pixels. Requested 8193x10',
    ],
    [
      'c_pad,w_10,h_8192',
      'c_pad,w_10,h_8193',
      'Maximum image side is 8192 pixels. Requested 10x8193',
    ],
    [
      'w_4000,h_3000/f_avif',
      'w_4000,h_3001/f_avif',
      'Maximum image size is 12 Megapixels. Requested 12.1 Megapixels',
    ],
    [
      `${'q_80/'.repeat(9)}w_9`,
      `${'q_80/'.repeat(10)}w_9`,
      'A transformation has at most 10 components. Requested 11',
    ],
  ])('allow %s and refuse %s', (within, above, message) => {
    expect(() => plan(within)).not.toThrow()
    expect(() => plan(above)).toThrow(message)
  })

  it('apply to every component, not only to the last', () =>
    expect(() => plan('c_scale,w_8000,h_8000/w_10')).toThrow('Requested 64 Megapixels'))

  it('apply to a change of format alone', () => {
    expect(() => plan('', { widthPx: 5000, heightPx: 5000 }, { extension: 'webp' })).not.toThrow()
    expect(() => plan('', { widthPx: 5001, heightPx: 5000 }, { extension: 'webp' })).toThrow(
      '25 Megapixels',
    )
  })

  it.each([
    [
      { widthPx: 10_000, heightPx: 5_000 },
      { widthPx: 10_000, heightPx: 5_001 },
      'Maximum image size is 50 Megapixels. Requested 50.1 Megapixels',
    ],
    [
      { widthPx: 16_383, heightPx: 10 },
      { widthPx: 16_384, heightPx: 10 },
      'Maximum image side is 16383 pixels. Requested 16384x10',
    ],
  ])('allow a source of %o and refuse %o', (within, above, message) => {
    expect(() => plan('w_10,h_10', within)).not.toThrow()
    expect(() => plan('w_10,h_10', above)).toThrow(message)
  })

  it('count all frames of an animation, or one frame if only the first is kept', () => {
    const gif = { format: 'gif', widthPx: 1000, heightPx: 1000 } as const
    expect(() => plan('w_10', { ...gif, pages: 100 })).not.toThrow()
    expect(() => plan('w_10', { ...gif, pages: 101 })).toThrow(
      'Maximum animation size is 100 Megapixels',
    )
    expect(() => plan('w_10', { ...gif, pages: 101 }, { extension: 'jpg' })).not.toThrow()
    expect(() => plan('w_1001', { ...gif, pages: 100 })).toThrow(
      'Maximum image size is 1 Megapixels',
    )
  })
})

describe('the format', () => {
  it.each([
    ['f_auto', 'base', {}, 'jpg'],
    ['f_auto', 'base', { hasAlpha: true }, 'png'],
    ['f_auto', 'base', { pages: 2 }, 'gif'],
    ['f_auto', 'webp', {}, 'webp'],
    ['f_auto', 'webp', { pages: 2 }, 'webp'],
    ['f_auto', 'avif', {}, 'avif'],
    ['f_auto', 'avif', { pages: 2, widthPx: 100, heightPx: 100 }, 'webp'],
    ['f_auto', 'avif', { widthPx: 4001, heightPx: 3000 }, 'webp'],
    ['w_10', 'avif', {}, 'jpg'],
    ['w_10/f_png', 'avif', {}, 'png'],
    ['f_png/f_webp', 'base', {}, 'webp'],
  ] as const)('of %s for a client of class %s and %o is %s', (text, accept, source, format) => {
    const size = { widthPx: 400, heightPx: 300 }
    expect(plan(text, { ...size, ...source }, { accept }).encoding.format).toBe(format)
  })

  it('in f_ takes precedence over the extension', () =>
    expect(plan('f_webp', {}, { extension: 'png' }).encoding.format).toBe('webp'))

  it('is refused if the server cannot write it', () =>
    expect(() => plan('w_10', {}, { extension: 'tiff' })).toThrow(
      'Invalid extension in transformation: tiff',
    ))
})

describe('the quality', () => {
  it.each([
    ['q_auto:best', 90, 82, 60],
    ['q_auto:good', 80, 75, 50],
    ['q_auto', 80, 75, 50],
    ['q_auto:eco', 70, 65, 42],
    ['q_auto:low', 60, 55, 35],
    ['q_100', 100, 100, 100],
    ['q_1', 1, 1, 1],
    ['q_85', 85, 79, 55],
  ])('of %s is %i in JPEG, %i in WebP and %i in AVIF', (text, jpg, webp, avif) => {
    const small = { widthPx: 400, heightPx: 300 }
    const qualities = ['jpg', 'webp', 'avif'].map(
      (extension) => plan(text, small, { extension }).encoding.quality,
    )
    expect(qualities).toEqual([jpg, webp, avif])
  })

  it('is null in PNG', () =>
    expect(plan('q_10', {}, { extension: 'png' }).encoding.quality).toBeNull())
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAccepted, type Limits, parseLimits, serializeLimits, toWireLimits } from './limits.js'

const types = fc.array(
  fc.constantFrom('image/*', 'image/png', 'video/mp4', 'application/ld+json'),
  {
    minLength: 1,
    maxLength: 4,
  },
)
const limits = fc.record(
  {
    accept: types,
    maxBytes: fc.integer({ min: 1 }),
    maxPixels: fc.integer({ min: 1 }),
    resourceTypes: fc.subarray(['image', 'video', 'raw'] as const, { minLength: 1 }),
    sources: fc.subarray(['file', 'data', 'url'] as const, { minLength: 1 }),
    overwrite: fc.boolean(),
  },
  { requiredKeys: [] },
)

describe('serializeLimits', () => {
  it('writes members in code-unit order and without blanks', () => {
    const written: Limits = {
      sources: ['file'],
      overwrite: false,
      maxBytes: 5_000_000,
      accept: ['image/*'],
      resourceTypes: ['image'],
      maxPixels: 1,
    }
    expect(serializeLimits(written)).toBe(
      '{"accept":["image/*"],"max_bytes":5000000,"max_pixels":1,"overwrite":false,"resource_types":["image"],"sources":["file"]}',
    )
    expect(serializeLimits({})).toBe('{}')
  })

  it('round-trips through parseLimits, as text and as an object', () => {
    fc.assert(
      fc.property(limits, (one) => {
        const expected = { ok: true, limits: one }
        expect(parseLimits(serializeLimits(one as Limits))).toEqual(expected)
        expect(parseLimits(toWireLimits(one as Limits))).toEqual(expected)
      }),
      { seed: 1 },
    )
  })
})

describe('parseLimits', () => {
  it.each([
    ['{', 'limits is not JSON'],
    ['', 'limits is not JSON'],
    ['[]', 'limits is not an object'],
    ['null', 'limits is not an object'],
    ['"text"', 'limits is not an object'],
    [undefined, 'limits is not an object'],
    [{ max_byte: 5 }, 'limits.max_byte is not a limit'],
    [{ maxBytes: 5 }, 'limits.maxBytes is not a limit'],
    ['{"__proto__":{}}', 'limits.__proto__ is not a limit'],
    [{ max_bytes: 0 }, 'limits.max_bytes must be a positive whole number'],
    [{ max_bytes: '5' }, 'limits.max_bytes must be a positive whole number'],
    [{ max_bytes: null }, 'limits.max_bytes must be a positive whole number'],
    [{ max_pixels: 1.5 }, 'limits.max_pixels must be a positive whole number'],
    [{ accept: [] }, 'limits.accept must list MIME types such as image/png or image/*'],
    [{ accept: ['*'] }, 'limits.accept must list MIME types such as image/png or image/*'],
    [{ accept: ['*/*'] }, 'limits.accept must list MIME types such as image/png or image/*'],
    [{ accept: 'image/*' }, 'limits.accept must list MIME types such as image/png or image/*'],
    [{ resource_types: ['audio'] }, 'limits.resource_types must list image, video or raw'],
    [{ sources: ['constructor'] }, 'limits.sources must list file, data or url'],
    [{ overwrite: 1 }, 'limits.overwrite must be true or false'],
  ])('refuses %j', (wire, reason) => {
    expect(parseLimits(wire)).toEqual({ ok: false, reason })
  })
})

describe('isAccepted', () => {
  it('accepts a type by name or family, in any case and with parameters', () => {
    expect(isAccepted(['image/*'], 'image/png')).toBe(true)
    expect(isAccepted(['image/png'], 'IMAGE/PNG; charset=x')).toBe(true)
    expect(isAccepted(['image/png'], 'image/jpeg')).toBe(false)
    expect(isAccepted(['image/*'], 'imagery/png')).toBe(false)
    expect(isAccepted(['image/*'], '')).toBe(false)
    expect(isAccepted([], 'image/png')).toBe(false)
  })
})

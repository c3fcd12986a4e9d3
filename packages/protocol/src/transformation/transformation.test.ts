import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Component,
  isTransformationSegment,
  parseColor,
  parseTransformation,
  serializeTransformation,
} from './index.js'

const length = fc.oneof(
  fc.record({ unit: fc.constant('px' as const), value: fc.integer({ min: 1, max: 1_000_000 }) }),
  fc.record({
    unit: fc.constant('multiple' as const),
    value: fc.integer({ min: 1, max: 9_999_999 }).map((value) => value / 10_000),
  }),
)
const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 6, maxLength: 6 })
const component = fc
  .record(
    {
      background: fc.oneof(
        fc.constantFrom('white', 'transparent'),
        hex.map((one) => `rgb:${one}`),
      ),
      crop: fc.constantFrom('fill', 'fit', 'limit', 'pad', 'scale'),
      format: fc.constantFrom('auto', 'avif', 'gif', 'jpg', 'png', 'webp'),
      gravity: fc.constantFrom('center', 'east', 'north', 'north_east', 'south_west', 'west'),
      height: length,
      quality: fc.oneof(
        fc.integer({ min: 1, max: 100 }),
        fc.constantFrom('auto:best', 'auto:eco', 'auto:good', 'auto:low'),
      ),
      width: length,
    },
    { requiredKeys: [] },
  )
  .filter((one) => Object.keys(one).length > 0)

describe('parseTransformation', () => {
  it('reads components, and numbers as pixels or as multiples', () => {
    expect(
      parseTransformation('w_400,c_fill,g_north,h_0.5/q_auto,f_auto/b_rgb:F0a,c_pad,w_1.0'),
    ).toEqual({
      components: [
        {
          crop: 'fill',
          gravity: 'north',
          height: { unit: 'multiple', value: 0.5 },
          width: { unit: 'px', value: 400 },
        },
        { format: 'auto', quality: 'auto:good' },
        { background: 'rgb:ff00aa', crop: 'pad', width: { unit: 'multiple', value: 1 } },
      ],
    })
    expect(parseTransformation('w_1').components[0]?.width).toEqual({ unit: 'px', value: 1 })
    expect(parseTransformation('')).toEqual({ components: [] })
  })

  it.each([
    ['w_abc', 'Invalid width in transformation: abc'],
    ['w_', 'Invalid width in transformation: '],
    ['w_0', 'Invalid width in transformation: 0'],
    ['w_0.0', 'Invalid width in transformation: 0.0'],
    ['w_-5', 'Invalid width in transformation: -5'],
    ['w_1e3', 'Invalid width in transformation: 1e3'],
    ['w_9999999', 'Invalid width in transformation: 9999999'],
    ['w_\u0664', 'Invalid width in transformation: ?'],
    ['h_1.', 'Invalid height in transformation: 1.'],
    ['h_auto', 'Invalid height in transformation: auto'],
    ['c_thumb', 'Invalid crop in transformation: thumb'],
    ['c_constructor', 'Invalid crop in transformation: constructor'],
    ['g_faces', 'Invalid gravity in transformation: faces'],
    ['q_0', 'Invalid quality in transformation: 0'],
    ['q_101', 'Invalid quality in transformation: 101'],
    ['q_auto:fine', 'Invalid quality in transformation: auto:fine'],
    ['f_exe', 'Invalid extension in transformation: exe'],
    ['b_rgb:12345', 'Invalid background in transformation: rgb:12345'],
    ['b_nocolor', 'Invalid background in transformation: nocolor'],
    ['e_sepia', 'Invalid transformation component - e_sepia'],
    ['bogus', 'Invalid transformation component - bogus'],
    ['w_100,w_200', 'Invalid transformation component - w_200'],
    ['w_100,', 'Invalid transformation component - '],
    ['w_100//h_100', 'Invalid transformation component - '],
    ['w_100/', 'Invalid transformation component - '],
    [`x\r\n${'y'.repeat(200)}`, `Invalid transformation component - x??${'y'.repeat(97)}`],
  ])("refuses %j with the protocol's text", (text, message) => {
    expect(() => parseTransformation(text)).toThrow(
      expect.objectContaining({ code: 'TRANSFORMATION_INVALID', message }),
    )
  })

  it('refuses more than a hundred components', () => {
    expect(() => parseTransformation(Array(101).fill('w_1').join('/'))).toThrow(
      expect.objectContaining({ code: 'TRANSFORMATION_INVALID' }),
    )
    expect(parseTransformation(Array(100).fill('w_1').join('/')).components).toHaveLength(100)
  })
})

describe('serializeTransformation', () => {
  it('sorts keys and writes values in their shortest form', () => {
    const text = 'w_0400,q_auto:good,f_jpeg,c_fit,b_WHITE/h_.50'
    expect(serializeTransformation(parseTransformation(text))).toBe(
      'b_white,c_fit,f_jpg,q_auto,w_400/h_0.5',
    )
  })

  it('keeps the decimal point of a whole multiple', () => {
    expect(serializeTransformation(parseTransformation('w_2.00'))).toBe('w_2.0')
  })

  it('round-trips random transformations through parseTransformation', () => {
    fc.assert(
      fc.property(fc.array(component, { maxLength: 5 }), (components) => {
        const tree = { components: components as Component[] }
        const text = serializeTransformation(tree)
        expect(parseTransformation(text)).toEqual(tree)
        expect(serializeTransformation(parseTransformation(text))).toBe(text)
        expect(components.length === 0 || text.split('/').every(isTransformationSegment)).toBe(true)
      }),
      { numRuns: 2_000, seed: 3 },
    )
  })

  it('throws only TRANSFORMATION_INVALID for random text', () => {
    const unit = fc.constantFrom(...'wchgqfb_,/:.019a$% -\u00fc\n', 'auto', 'fill', 'rgb:')
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
        try {
          const canonical = serializeTransformation(parseTransformation(text))
          expect(serializeTransformation(parseTransformation(canonical))).toBe(canonical)
        } catch (error) {
          expect(error).toMatchObject({ code: 'TRANSFORMATION_INVALID' })
        }
      }),
      { numRuns: 5_000, seed: 3 },
    )
  })
})

describe('isTransformationSegment', () => {
  it('knows every key of the protocol, including unsupported ones', () => {
    for (const text of [
      'w_100',
      'c_fill,w_1',
      'e_sepia:50',
      'if_w_gt_100',
      '$size_10',
      'dpr_2.0',
      't_named one',
    ]) {
      expect(isTransformationSegment(text)).toBe(true)
    }
    for (const text of [
      '',
      'w_',
      'w',
      'folder',
      'my_folder',
      'w_1,',
      'W_100',
      'v1',
      '$_1',
      'constructor_1',
    ]) {
      expect(isTransformationSegment(text)).toBe(false)
    }
  })
})

describe('parseColor', () => {
  it('expands short hex and lower-cases names', () => {
    expect(parseColor('rgb:F80')).toBe('rgb:ff8800')
    expect(parseColor('rgb:F808')).toBe('rgb:ff880088')
    expect(parseColor('RebeccaPurple')).toBe('rebeccapurple')
    expect(parseColor('rgb:12')).toBeUndefined()
    expect(parseColor('rgb:1234567')).toBeUndefined()
    expect(parseColor('constructor')).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import type { Params } from './presets.js'
import type { Rule } from './rule.js'
import { clock, defaultTo, force, integer, list, oneOf, text } from './rules.js'

const now = { nowSeconds: 1_700_000_000, param: 'tags' }

function codeOf(rule: Rule, value: string | undefined): string | undefined {
  const checked = rule.check(value, now)
  return 'issue' in checked ? checked.issue.code : undefined
}

describe('force', () => {
  it('sets its value, accepts the same value and refuses any other', () => {
    expect(force('users/42').check(undefined, now)).toEqual({ value: 'users/42' })
    expect(force('users/42').check('users/42', now)).toEqual({ value: 'users/42' })
    expect(codeOf(force('users/42'), 'users/43')).toBe('forced')
  })

  it('converts numbers, booleans and lists to their wire form', () => {
    expect(force(['a', 'b']).describe).toEqual({ const: 'a,b' })
    expect(force(false).describe).toEqual({ const: 'false' })
    expect(force('cafe\u0301').describe).toEqual({ const: 'caf\u00e9' })
  })

  it.each(['', 'a\nb', 'a%26b', Number.NaN, ['a,b']])('throws a TypeError for %j', (value) => {
    expect(() => force(value)).toThrow(TypeError)
  })
})

describe('oneOf', () => {
  it('accepts a listed value or none', () => {
    const rule = oneOf(['a', 2])
    expect([rule.check('2', now), rule.check(undefined, now), codeOf(rule, 'b')]).toEqual([
      { value: '2' },
      {},
      'not_allowed',
    ])
  })

  it('throws a TypeError for an empty list', () => {
    expect(() => oneOf([])).toThrow(TypeError)
  })
})

describe('text', () => {
  it('counts code points up to max', () => {
    expect(codeOf(text({ max: 2 }), '😀😀')).toBeUndefined()
    expect(codeOf(text({ max: 2 }), '😀😀a')).toBe('too_long')
  })

  it('accepts only values under its prefix', () => {
    const rule = text({ prefix: 'users/42/' })
    expect(codeOf(rule, 'users/42/cat')).toBeUndefined()
    expect(codeOf(rule, 'users/43/cat')).toBe('not_allowed')
    expect(codeOf(rule, 'users/42/../43/cat')).toBe('not_allowed')
    expect(codeOf(rule, 'users/42/./cat')).toBe('not_allowed')
    expect(codeOf(rule, 'users/42/a..b')).toBeUndefined()
  })

  it.each([
    ['users/4', undefined],
    ['users/4/cat', undefined],
    ['users/42', 'not_allowed'],
    ['users/42/cat', 'not_allowed'],
    ['users/4/../42', 'not_allowed'],
    ['users/4//x', 'not_allowed'],
    ['users/4/', 'not_allowed'],
  ])('compares whole path segments: %j with prefix users/4', (value, code) => {
    expect(codeOf(text({ prefix: 'users/4' }), value)).toBe(code)
  })

  it('matches the whole value, and ignores the flags g, y and m', () => {
    const rule = text({ match: /[a-z]+/gy })
    expect([codeOf(rule, 'abc'), codeOf(rule, 'abc'), codeOf(rule, 'abc1')]).toEqual([
      undefined,
      undefined,
      'no_match',
    ])
    expect(codeOf(text({ match: /^a$/m }), 'a\u2028b')).toBe('no_match')
  })

  it.each([0, -1, 1.5])('throws a TypeError for max %d', (max) => {
    expect(() => text({ max })).toThrow(TypeError)
  })
})

describe('list', () => {
  it('checks each item with its rule', () => {
    const rule = list({ maxItems: 2, item: oneOf(['red', 'blue']) })
    expect([
      codeOf(rule, 'red,blue'),
      codeOf(rule, 'red,green'),
      codeOf(rule, 'red,red,red'),
      codeOf(rule, 'red,'),
    ]).toEqual([undefined, 'not_allowed', 'too_many', 'malformed'])
  })
})

describe('integer', () => {
  it.each([
    ['0', undefined],
    ['7', undefined],
    ['8', 'out_of_range'],
    ['-1', 'out_of_range'],
    ['07', 'malformed'],
    ['7.0', 'malformed'],
    ['-0', 'malformed'],
    ['+7', 'malformed'],
    [' 7', 'malformed'],
    ['1e1', 'malformed'],
    ['', 'malformed'],
  ])('checks %j with bounds 0 and 7: %s', (value, code) => {
    expect(codeOf(integer({ min: 0, max: 7 }), value)).toBe(code)
  })

  it('accepts any safe integer without bounds, and no value', () => {
    expect(codeOf(integer(), '-9007199254740991')).toBeUndefined()
    expect(codeOf(integer(), '9007199254740993')).toBe('out_of_range')
    expect(integer().check(undefined, now)).toEqual({})
    expect(codeOf(list({ maxItems: 4, item: integer({ min: 0 }) }), '10,20,-1,40')).toBe(
      'out_of_range',
    )
  })

  it.each([[{ min: 2, max: 1 }], [{ min: 0.5 }], [{ max: Number.NaN }], [{ max: 2 ** 53 }]])(
    'throws a TypeError for %j',
    (options) => {
      expect(() => integer(options)).toThrow(TypeError)
    },
  )
})

describe('defaultTo', () => {
  const rule = defaultTo('unsorted', list({ maxItems: 2 }))

  it('sets its value, and checks the value of the client with the rule', () => {
    expect(rule.check(undefined, now)).toEqual({ value: 'unsorted' })
    expect(rule.check('a,b', now)).toEqual({ value: 'a,b' })
    expect(codeOf(rule, 'a,b,c')).toBe('too_many')
    expect(rule.describe).toMatchObject({ default: 'unsorted', max_items: 2 })
  })

  it('throws a TypeError without a rule, for an empty value, and for a value that the rule refuses', () => {
    expect(() => defaultTo('', text())).toThrow(TypeError)
    // @ts-expect-error a default without a rule would leave the value to the client
    expect(() => defaultTo('a')).toThrow(TypeError)
    expect(() => defaultTo('abc', text({ max: 2 })).check(undefined, now)).toThrow(/own rule/)
  })
})

describe('clock', () => {
  it.each([
    [-901, 'clock'],
    [-900, undefined],
    [0, undefined],
    [900, undefined],
    [901, 'clock'],
  ])('checks a timestamp that is %d s off: %s', (offset, code) => {
    expect(codeOf(clock(), String(now.nowSeconds + offset))).toBe(code)
  })

  it('throws a TypeError for a window wider than the server accepts', () => {
    expect(() => clock({ windowSeconds: 901 })).toThrow(TypeError)
  })
})

describe('types', () => {
  it('allow only force for server-only parameters', () => {
    const allowed: Params = {
      folder: text(),
      tags: list(),
      eager: force('w_200'),
      overwrite: force(false),
    }
    // @ts-expect-error a parameter that makes the server send requests can only be forced
    const notified: Params = { notificationUrl: text({ max: 200 }) }
    // @ts-expect-error a parameter that replaces a stored asset can only be forced
    const replaced: Params = { overwrite: oneOf([true, false]) }
    // @ts-expect-error a parameter that is never signed is not a member
    const secret: Params = { apiSecret: force('x') }
    // @ts-expect-error with defaultTo, the client could choose another value
    const typed: Params = { type: defaultTo('upload', text()) }
    // @ts-expect-error with a bound, the client could choose a value
    const quality: Params = { qualityOverride: integer({ max: 80 }) }
    expect([allowed, notified, replaced, secret, typed, quality]).toHaveLength(6)
  })
})

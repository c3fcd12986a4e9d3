import { describe, expect, it } from 'vitest'
import type { Params } from './presets.js'
import { clock, force, list, oneOf, type Rule, text } from './rules.js'

const now = { nowSeconds: 1_700_000_000, param: 'tags' }

function codeOf(rule: Rule, value: string | undefined): string | undefined {
  const checked = rule.check(value, now)
  return 'issue' in checked ? checked.issue.code : undefined
}

describe('force', () => {
  it('fills its value in, takes the same, refuses any other', () => {
    expect(force('users/42').check(undefined, now)).toEqual({ value: 'users/42' })
    expect(force('users/42').check('users/42', now)).toEqual({ value: 'users/42' })
    expect(codeOf(force('users/42'), 'users/43')).toBe('forced')
  })

  it('writes numbers, booleans and lists as on the wire', () => {
    expect(force(['a', 'b']).describe).toEqual({ const: 'a,b' })
    expect(force(false).describe).toEqual({ const: 'false' })
    expect(force('cafe\u0301').describe).toEqual({ const: 'caf\u00e9' })
  })

  it.each(['', 'a\nb', 'a%26b', Number.NaN, ['a,b']])('throws a TypeError for %j', (value) => {
    expect(() => force(value)).toThrow(TypeError)
  })
})

describe('oneOf', () => {
  it('takes a listed value or none', () => {
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

  it('keeps a value under its prefix', () => {
    const rule = text({ prefix: 'users/42/' })
    expect(codeOf(rule, 'users/42/cat')).toBeUndefined()
    expect(codeOf(rule, 'users/43/cat')).toBe('not_allowed')
    expect(codeOf(rule, 'users/42/../43/cat')).toBe('not_allowed')
    expect(codeOf(rule, 'users/42/./cat')).toBe('not_allowed')
    expect(codeOf(rule, 'users/42/a..b')).toBeUndefined()
  })

  it('matches the whole value, with flags that keep no state', () => {
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
  it('asks its rule about each item', () => {
    const rule = list({ maxItems: 2, item: oneOf(['red', 'blue']) })
    expect([
      codeOf(rule, 'red,blue'),
      codeOf(rule, 'red,green'),
      codeOf(rule, 'red,red,red'),
      codeOf(rule, 'red,'),
    ]).toEqual([undefined, 'not_allowed', 'too_many', 'malformed'])
  })
})

describe('clock', () => {
  it.each([
    [-901, 'clock'],
    [-900, undefined],
    [0, undefined],
    [900, undefined],
    [901, 'clock'],
  ])('judges a clock that is %d s off', (offset, code) => {
    expect(codeOf(clock(), String(now.nowSeconds + offset))).toBe(code)
  })

  it('throws a TypeError for a window wider than the server accepts', () => {
    expect(() => clock({ windowSeconds: 901 })).toThrow(TypeError)
  })
})

describe('types', () => {
  it('leave server-only parameters to force alone', () => {
    const allowed: Params = {
      folder: text(),
      tags: list(),
      eager: force('w_200'),
      overwrite: force(false),
    }
    // @ts-expect-error a parameter that makes the server call out can only be forced, never left to the client
    const notified: Params = { notificationUrl: text({ max: 200 }) }
    // @ts-expect-error the same holds for replacing what is stored
    const replaced: Params = { overwrite: oneOf([true, false]) }
    // @ts-expect-error names that are never signed do not exist
    const secret: Params = { apiSecret: force('x') }
    expect([allowed, notified, replaced, secret]).toHaveLength(4)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WireParams } from '../params.js'
import { stringToSign } from './string-to-sign.js'

describe('stringToSign', () => {
  it('sorts by code unit, so upper case and digits come before the underscore', () => {
    expect(stringToSign({ tag_1: 'y', tag1: 'x', alpha: '2', Zeta: '1' })).toBe(
      'Zeta=1&alpha=2&tag1=x&tag_1=y',
    )
  })

  it.each([2, 12, 32, 33, 90])('sorts %d names, given in any order', (count) => {
    const names = Array.from({ length: count }, (_, index) => `n${(index * 37) % 97}`)
    const params = Object.fromEntries(names.map((name) => [name, 'v']))
    expect(stringToSign(params)).toBe(
      names
        .toSorted()
        .map((name) => `${name}=v`)
        .join('&'),
    )
  })

  it('sorts names that are whole numbers as text', () => {
    expect(stringToSign({ 10: 'a', 9: 'b', b: 'c' })).toBe('10=a&9=b&b=c')
  })

  it('leaves out parameters without a value and keeps 0 and false', () => {
    const params = { a: '', b: null, c: undefined, d: [], e: [''], f: [null], g: 0, h: false }
    expect(stringToSign(params)).toBe('g=0&h=false')
    expect(stringToSign({})).toBe('')
  })

  it('joins lists with commas and keeps empty items', () => {
    expect(stringToSign({ tags: ['a', '', null, undefined, 'b', 1, true] })).toBe(
      'tags=a,,,,b,1,true',
    )
  })

  it('keeps text as it is: no trimming, no escapes, no case folding', () => {
    expect(stringToSign({ context: ' a=%20\n\u00fc+ ', folder: '/A/' })).toBe(
      'context= a=%20\n\u00fc+ &folder=/A/',
    )
  })

  it('writes every & as %26 in version 2, in names too, and never in version 1', () => {
    const params = { 'we&ird': 'a&b&c', x: '%26' }
    expect(stringToSign(params)).toBe('we%26ird=a%26b%26c&x=%26')
    expect(stringToSign(params, { version: 2 })).toBe('we%26ird=a%26b%26c&x=%26')
    expect(stringToSign(params, { version: 1 })).toBe('we&ird=a&b&c&x=%26')
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'refuses %d, alone or in a list',
    (value) => {
      const refusal = expect.objectContaining({
        code: 'PARAM_INVALID',
        message: expect.stringContaining(`timestamp must be text, a finite number`),
      })
      expect(() => stringToSign({ timestamp: value })).toThrow(refusal)
      expect(() => stringToSign({ timestamp: ['1', value] })).toThrow(refusal)
    },
  )

  it.each([() => 'a', Symbol('a'), 10n])('refuses a value that has no text: %s', (value) => {
    const params = { folder: value } as unknown as WireParams
    expect(() => stringToSign(params)).toThrow(expect.objectContaining({ code: 'PARAM_INVALID' }))
  })

  it('does not call the toString of an object', () => {
    const params = JSON.parse('{"a":{"toString":"x"},"b":[{"toString":null}]}')
    expect(stringToSign(params)).toBe('a=[object Object]&b=[object Object]')
  })

  it('gives two different maps different strings in version 2, unless values contain %26', () => {
    const name = fc.string({ unit: fc.constantFrom(...'ab_'), minLength: 1, maxLength: 3 })
    const value = fc.string({ unit: fc.constantFrom(...'ab&=,_'), minLength: 1, maxLength: 6 })
    const map = fc.dictionary(name, value, { maxKeys: 4 })
    fc.assert(
      fc.property(map, map, (left, right) => {
        const isSame = JSON.stringify(sorted(left)) === JSON.stringify(sorted(right))
        expect(stringToSign(left) === stringToSign(right)).toBe(isSame)
      }),
      { numRuns: 20_000, seed: 12613 },
    )
  })
})

function sorted(params: Record<string, string>): [string, string][] {
  return Object.entries(params).sort(([left], [right]) => (left < right ? -1 : 1))
}

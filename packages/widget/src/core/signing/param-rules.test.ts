import { describe, expect, it } from 'vitest'
import { type ParamRule, readParamRules } from './param-rules.js'

function read(description: unknown): ParamRule | undefined {
  return readParamRules({ folder: description }).get('folder')
}

// test/param-rules.test.ts compares this reader with the rules that packages/endpoint describes.
describe('readParamRules with invalid rules', () => {
  it.each([[null], ['text'], [7], [[{ max_length: 3 }]], [{ const: 7 }], [{ const: null }]])(
    'ignores the rule %j',
    (description) => {
      expect(read(description)).toBeUndefined()
    },
  )

  it.each([
    [{}],
    [{ schema: 'valibot' }],
    [{ max_length: '40' }],
    [{ max_length: 4.5 }],
    [{ prefix: 7 }],
    [{ pattern: '(' }],
    [{ pattern: 7 }],
    [{ pattern: 'a', pattern_flags: 'xyz' }],
    [{ enum: [] }],
    [{ enum: 'red' }],
    [{ enum: ['red', 7] }],
    [{ default: 7 }],
    [{ later: true }],
  ])('reads %j as a text without limits', (description) => {
    expect(read(description)).toEqual({ kind: 'text' })
  })

  it('reads a list with an invalid item rule as a list of any texts', () => {
    expect(read({ max_items: -0.5, items: 7 })).toEqual({ kind: 'list', item: { kind: 'text' } })
  })

  it.each([1, 2, 8_000])('reads a rule of %d nested lists as a list of any texts', (depth) => {
    const nested = `${'{"items":'.repeat(depth)}{}${'}'.repeat(depth)}`
    expect(read(JSON.parse(nested))).toEqual({ kind: 'list', item: { kind: 'text' } })
  })

  it('reads a parameter that has a name of Object.prototype', () => {
    const told = JSON.parse('{"__proto__": {"const": "a"}, "constructor": {"enum": ["b"]}}')
    expect([...readParamRules(told).keys()]).toEqual(['__proto__', 'constructor'])
    expect(read(JSON.parse('{"__proto__": {"const": "a"}}'))).toEqual({ kind: 'text' })
  })
})

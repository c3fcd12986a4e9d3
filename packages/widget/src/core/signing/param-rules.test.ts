import { describe, expect, it } from 'vitest'
import { type ParamRule, readParamRules } from './param-rules.js'

function read(description: unknown): ParamRule | undefined {
  return readParamRules({ folder: description }).get('folder')
}

// What packages/endpoint's rules say of themselves is held against this reader in test/param-rules.test.ts.
describe('readParamRules, of what an endpoint might send and should not', () => {
  it.each([[null], ['text'], [7], [[{ max_length: 3 }]], [{ const: 7 }], [{ const: null }]])(
    'leaves out the rule %j',
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
  ])('takes %j for a text without limits', (description) => {
    expect(read(description)).toEqual({ kind: 'text' })
  })

  it('takes a list of what it cannot read for a list of any text', () => {
    expect(read({ max_items: -0.5, items: 7 })).toEqual({ kind: 'list', item: { kind: 'text' } })
  })

  it.each([1, 2, 8_000])('takes what is %d lists deep for a list of any text', (depth) => {
    const nested = `${'{"items":'.repeat(depth)}{}${'}'.repeat(depth)}`
    expect(read(JSON.parse(nested))).toEqual({ kind: 'list', item: { kind: 'text' } })
  })

  it('keeps a name of Object.prototype as a name', () => {
    const told = JSON.parse('{"__proto__": {"const": "a"}, "constructor": {"enum": ["b"]}}')
    expect([...readParamRules(told).keys()]).toEqual(['__proto__', 'constructor'])
    expect(read(JSON.parse('{"__proto__": {"const": "a"}}'))).toEqual({ kind: 'text' })
  })
})

/** Tests that the widget warns about exactly the parameters that the endpoint refuses. */

import { defaultTo, force, integer, list, oneOf, type Rule, text } from '@countersign/endpoint'
import { describe, expect, it } from 'vitest'
import { paramProblem } from '../packages/widget/src/core/signing/param-problem.js'
import { type ParamRule, readParamRules } from '../packages/widget/src/core/signing/param-rules.js'

const TAGS = list({ maxItems: 2, item: text({ max: 4, match: /^[\w -]+$/i }) })

const CASES: readonly (readonly [string, Rule, readonly string[]])[] = [
  ['force', force('users/42'), ['users/42', 'users/7', 'users']],
  ['oneOf', oneOf(['menu', 'people']), ['menu', 'people', 'Menu', 'menu,people']],
  ['text, by default', text(), ['a', '🙂'.repeat(255), 'a'.repeat(256)]],
  [
    'text with max',
    text({ max: 3 }),
    ['abc', 'abcd', '🙂🙂🙂', '🙂🙂🙂🙂', 'e\u0301e\u0301e\u0301'],
  ],
  [
    'text with prefix',
    text({ prefix: 'u/42/' }),
    ['u/42/a', 'u/7/a', 'u/42/../7', 'u/42/./a', 'u/42/a..b'],
  ],
  [
    'text with a prefix that ends without a slash',
    text({ prefix: 'u/4' }),
    ['u/4', 'u/4/a', 'u/42', 'u/4/', 'u/4//a', 'u/4/../42', 'u/4/%2e%2e/42'],
  ],
  ['text with match', text({ match: /[a-z]+/ }), ['abc', 'ABC', 'ab1', 'a\nb']],
  ['text with match and flags', text({ match: /^[a-z]\p{L}+$/giu }), ['Äa', 'Abä', 'ABC', 'ab1']],
  ['list', TAGS, ['a', 'a,b', 'a,b,c', 'a,', 'abcde', 'a,b!', 'A,B']],
  [
    'list of oneOf',
    list({ item: oneOf(['menu', 'people']) }),
    ['menu', 'people,menu', 'menu,other'],
  ],
  ['integer', integer({ min: 1, max: 10 }), ['1', '10', '0', '11', '07', '7.0', 'x']],
  ['integer, by default', integer(), ['0', '-5', '9007199254740992']],
  ['defaultTo', defaultTo('a', oneOf(['a', 'b'])), ['a', 'b', 'c']],
]

function read(rule: Rule): ParamRule {
  // The rules travel as JSON.
  const told = JSON.parse(JSON.stringify({ tags: rule.describe }))
  const found = readParamRules(told).get('tags')
  if (!found) throw new Error('no rule was read')
  return found
}

describe.each(CASES)('%s', (_, rule, values) => {
  it.each(values)('gives the same result for %j in widget and endpoint', (value) => {
    const asked = value.normalize('NFC')
    const isRefused = 'issue' in rule.check(asked, { nowSeconds: 1, param: 'tags' })
    expect(paramProblem(read(rule), value) !== undefined).toBe(isRefused)
  })
})

it('describes the rule to the widget', () => {
  expect(read(force('users/42'))).toEqual({ kind: 'fixed', value: 'users/42' })
  expect(read(defaultTo('menu', oneOf(['menu', 'people'])))).toEqual({
    kind: 'choice',
    values: ['menu', 'people'],
    default: 'menu',
  })
  expect(read(TAGS)).toEqual({
    kind: 'list',
    maxItems: 2,
    item: { kind: 'text', maxLength: 4, pattern: /^(?:^[\w -]+$)$/i },
  })
  expect(read(integer({ min: 1, max: 10 }))).toEqual({ kind: 'integer', minimum: 1, maximum: 10 })
})

it('leaves a long text with a pattern to the endpoint', () => {
  const rule = read(text({ max: 5_000, match: /^x$/ }))
  expect(paramProblem(rule, 'a'.repeat(1_000))).toEqual({ code: 'no_match', form: 'x' })
  expect(paramProblem(rule, 'a'.repeat(1_001))).toBeUndefined()
})

it.each([
  [text({ max: 3 }), 'abcd', { code: 'too_long', length: 4, max: 3 }],
  [text({ prefix: 'u/42/' }), 'u/7/a', { code: 'no_match', form: 'u/42/…' }],
  [text({ match: /^[a-z]+$/ }), 'A', { code: 'no_match', form: '[a-z]+' }],
  [TAGS, 'a,b,c', { code: 'too_many', max: 2 }],
  [TAGS, 'a,b!', { code: 'no_match', form: '[\\w -]+' }],
  [oneOf(['menu', 'people']), 'x', { code: 'not_allowed', values: ['menu', 'people'] }],
  [integer({ min: 1, max: 10 }), 'x', { code: 'no_match', form: '1 – 10' }],
])('names the problem of %o with %j', (rule, value, problem) => {
  expect(paramProblem(read(rule), value)).toEqual(problem)
})

import { describe, expect, it } from 'vitest'
import { type ParamRule, readParamRules } from '../../core/signing/param-rules.js'
import {
  offeredOptions,
  problemWith,
  sentValue,
  shownText,
  tagsOf,
  withTyped,
} from './offered-options.js'

const UNDER: ParamRule = { kind: 'text', prefix: 'users/42/' }
const WITHOUT_SLASH: ParamRule = { kind: 'text', prefix: 'users/42' }
const CHOICE: ParamRule = { kind: 'choice', values: ['menu', 'people'] }

describe('offeredOptions', () => {
  it('returns name and tags without rules', () => {
    expect(Object.keys(offeredOptions(undefined))).toEqual(['name', 'tags'])
  })

  it('omits options without a rule, and fixed tags', () => {
    expect(offeredOptions(readParamRules({ context: {}, tags: { const: 'a' } }))).toEqual({})
  })

  it('returns a fixed name, and prefers an open folder to a fixed one', () => {
    const told = { public_id: { const: 'logo' }, asset_folder: { const: 'a' }, folder: {} }
    expect(offeredOptions(readParamRules(told))).toEqual({
      name: { option: 'publicId', rule: { kind: 'fixed', value: 'logo' } },
      folder: { option: 'folder', rule: { kind: 'text' } },
    })
  })

  it.each([
    [{ asset_folder: { const: 'a' }, folder: { const: 'b' } }, 'assetFolder', 'a'],
    [{ public_id_prefix: { const: 'users/42' } }, 'folder', 'users/42'],
  ])('show the settled folder of %j', (told, option, value) => {
    const { folder } = offeredOptions(readParamRules(told))
    expect(folder).toEqual({ option, rule: { kind: 'fixed', value } })
  })

  it('ignores a public_id_prefix that is not fixed', () => {
    expect(offeredOptions(readParamRules({ public_id_prefix: { max_length: 9 } }))).toEqual({})
  })
})

describe('a field', () => {
  it.each([
    [UNDER, 'users/42/menu', 'menu'],
    [UNDER, 'menu', 'menu'],
    [UNDER, null, ''],
    [WITHOUT_SLASH, 'users/42/menu', 'menu'],
    [WITHOUT_SLASH, 'users/42', ''],
    [{ ...UNDER, default: 'users/42/new' }, null, 'new'],
    [{ kind: 'fixed', value: 'a' }, 'b', 'a'],
    [CHOICE, 'people', 'people'],
    [CHOICE, 'elsewhere', ''],
    [{ ...CHOICE, default: 'menu' }, 'elsewhere', 'menu'],
  ] satisfies [ParamRule, string | null, string][])('of %j shows %j as %j', (rule, set, shown) => {
    expect(shownText(rule, set)).toBe(shown)
  })

  it('sends null for an empty text, and the prefix before any other text', () => {
    expect(sentValue(UNDER, '  ')).toBeNull()
    expect(sentValue(UNDER, ' menu ')).toBe('users/42/menu')
    expect(sentValue(WITHOUT_SLASH, 'menu')).toBe('users/42/menu')
  })

  it('has no problem while it is empty', () => {
    expect(problemWith({ option: 'publicId', rule: CHOICE }, null)).toBeUndefined()
    expect(
      problemWith({ option: 'tags', rule: { kind: 'list', item: CHOICE } }, ''),
    ).toBeUndefined()
  })
})

describe('tags', () => {
  it('are read from a list or a text with commas, without blank ones', () => {
    expect(tagsOf(' a, b,,')).toEqual(['a', 'b'])
    expect(tagsOf([' a', ''])).toEqual(['a'])
    expect(tagsOf(null)).toEqual([])
  })

  it('are merged with typed tags, without duplicates', () => {
    expect(withTyped(['a', 'b'], 'b, c')).toEqual(['a', 'b', 'c'])
  })
})

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
  it('are name and tags where nothing tells rules', () => {
    expect(Object.keys(offeredOptions(undefined))).toEqual(['name', 'tags'])
  })

  it('leave out what has no rule, and tags that are settled', () => {
    expect(offeredOptions(readParamRules({ context: {}, tags: { const: 'a' } }))).toEqual({})
  })

  it('show a name that is settled, and take a folder that is not before one that is', () => {
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

  it('never take a prefix of public ids for a folder to choose', () => {
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

  it('means nothing where it is empty, and its prefix before anything else', () => {
    expect(sentValue(UNDER, '  ')).toBeNull()
    expect(sentValue(UNDER, ' menu ')).toBe('users/42/menu')
    expect(sentValue(WITHOUT_SLASH, 'menu')).toBe('users/42/menu')
  })

  it('that is empty breaks no rule', () => {
    expect(problemWith({ option: 'publicId', rule: CHOICE }, null)).toBeUndefined()
    expect(
      problemWith({ option: 'tags', rule: { kind: 'list', item: CHOICE } }, ''),
    ).toBeUndefined()
  })
})

describe('tags', () => {
  it('are a list or a text with commas, without blanks', () => {
    expect(tagsOf(' a, b,,')).toEqual(['a', 'b'])
    expect(tagsOf([' a', ''])).toEqual(['a'])
    expect(tagsOf(null)).toEqual([])
  })

  it('are each there once, whatever is typed after them', () => {
    expect(withTyped(['a', 'b'], 'b, c')).toEqual(['a', 'b', 'c'])
  })
})

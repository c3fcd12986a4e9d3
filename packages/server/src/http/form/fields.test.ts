import { describe, expect, it } from 'vitest'
import { createFields } from './fields.js'

const filled = (names: number) => {
  const fields = createFields()
  for (let index = 0; index < names; index += 1) fields.add(`f${index}`, 'x')
  return fields
}

describe('the fields of a request', () => {
  it('are limited to 64', () => {
    expect(filled(64).names()).toHaveLength(64)
    expect(() => filled(65)).toThrow('A form may have 64 fields at most')
  })

  it('collect up to 1000 members of a list under the name without brackets', () => {
    const fields = createFields()
    fields.add('public_ids[]', 'a')
    fields.add('public_ids[1]', 'b')
    expect(fields.text('public_ids')).toBe('a,b')
    for (let index = 2; index < 1000; index += 1) fields.add('public_ids[]', 'x')
    expect(() => fields.add('public_ids[]', 'x')).toThrow('a list 1000 members')
  })

  it('accept a text longer than 1000 characters', () => {
    const fields = createFields()
    fields.add('context', 'x'.repeat(5000))
    expect(fields.text('context')).toHaveLength(5000)
  })

  it('refuse a scalar that is sent twice, and have no inherited names', () => {
    const fields = createFields()
    expect(fields.has('constructor')).toBe(false)
    fields.add('folder', 'a')
    expect(() => fields.add('folder', 'b')).toThrow('folder was sent more than once')
  })

  it('return undefined as the text of an empty field', () => {
    const fields = createFields()
    fields.add('folder', '')
    expect(fields.text('folder')).toBeUndefined()
    expect(fields.count).toBe(1)
  })
})

import { describe, expect, it } from 'vitest'
import { optionChanges } from './option-changes.js'

describe('optionChanges', () => {
  it('compares plain objects and arrays by content, and other values by identity', () => {
    const sign = () => undefined
    const before = {
      tags: ['a'],
      styles: { palette: { window: '#fff' } },
      uploadSignature: sign,
      folder: 'a',
    }
    const after = {
      tags: ['a'],
      styles: { palette: { window: '#fff' } },
      uploadSignature: sign,
      folder: 'b',
    }
    expect(optionChanges(before, after)).toEqual({ folder: 'b' })
    expect(
      optionChanges({ uploadSignature: sign }, { uploadSignature: () => undefined }),
    ).toHaveProperty('uploadSignature')
    expect(optionChanges({ tags: ['a'] }, { tags: ['a', 'b'] })).toEqual({ tags: ['a', 'b'] })
  })

  it('returns a removed option as undefined', () => {
    expect(optionChanges({ folder: 'a' }, {})).toEqual({ folder: undefined })
  })
})

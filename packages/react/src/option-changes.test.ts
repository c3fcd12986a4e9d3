import { describe, expect, it } from 'vitest'
import { optionChanges } from './option-changes.js'

describe('optionChanges', () => {
  it('compares plain data by content and anything else by identity', () => {
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

  it('names what was taken out as undefined', () => {
    expect(optionChanges({ folder: 'a' }, {})).toEqual({ folder: undefined })
  })
})

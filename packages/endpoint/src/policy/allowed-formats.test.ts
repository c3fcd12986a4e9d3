import { describe, expect, it } from 'vitest'
import { allowedFormats } from './allowed-formats.js'

describe('allowedFormats', () => {
  it('accepts every name of a type', () => {
    expect(allowedFormats(['image/x-icon', 'image/jpg', 'audio/mp3'])).toEqual([
      'ico',
      'jpg',
      'mp3',
    ])
  })

  it('refuses a type without a format of the hosted service', () => {
    expect(() => allowedFormats(['application/x-unheard-of'])).toThrow(
      "limits.accept: application/x-unheard-of has no format name for target 'cloudinary'",
    )
  })
})

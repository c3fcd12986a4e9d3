import { describe, expect, it } from 'vitest'
import { allowedFormats } from './allowed-formats.js'

describe('allowedFormats', () => {
  it('knows a type by each of its names', () => {
    expect(allowedFormats(['image/x-icon', 'image/jpg', 'audio/mp3'])).toEqual([
      'ico',
      'jpg',
      'mp3',
    ])
  })

  it('refuses a type that the hosted service has no format for', () => {
    expect(() => allowedFormats(['application/x-unheard-of'])).toThrow(
      "limits.accept: application/x-unheard-of has no format name for target 'cloudinary'",
    )
  })
})

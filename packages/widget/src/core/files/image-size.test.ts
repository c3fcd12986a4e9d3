import { describe, expect, it } from 'vitest'
import { readImageSize } from './image-size.js'

/** Images of 37 by 21 pixels, written by libvips 8. */
const PICTURES: readonly (readonly [format: string, base64: string])[] = [
  [
    'png',
    'iVBORw0KGgoAAAANSUhEUgAAACUAAAAVCAMAAAD2OtecAAAAA1BMVEUiZndhdYfqAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAEElEQVQoz2NgGAWjYBRgBwADHgABOKGjHwAAAABJRU5ErkJggg==',
  ],
  [
    'jpeg',
    '/9j/2wBDAP//////////////////////////////////////////////////////////////////////////////////////2wBDAf//////////////////////////////////////////////////////////////////////////////////////wAARCAAVACUDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAH/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAAAAH/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCAKgAAAAAAAAAD/9k=',
  ],
  [
    'progressive jpeg',
    '/9j/2wBDAP//////////////////////////////////////////////////////////////////////////////////////2wBDAf//////////////////////////////////////////////////////////////////////////////////////wgARCAAVACUDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAH/xAAVAQEBAAAAAAAAAAAAAAAAAAAAAf/aAAwDAQACEAMQAAABgQAAAAD/xAAUEAEAAAAAAAAAAAAAAAAAAAAw/9oACAEBAAEFAn//xAAUEQEAAAAAAAAAAAAAAAAAAAAg/9oACAEDAQE/AV//xAAUEQEAAAAAAAAAAAAAAAAAAAAg/9oACAECAQE/AV//xAAUEAEAAAAAAAAAAAAAAAAAAAAw/9oACAEBAAY/An//xAAUEAEAAAAAAAAAAAAAAAAAAAAw/9oACAEBAAE/IX//2gAMAwEAAgADAAAAEP8A/wD/AP8A/wD/xAAUEQEAAAAAAAAAAAAAAAAAAAAg/9oACAEDAQE/EF//xAAUEQEAAAAAAAAAAAAAAAAAAAAg/9oACAECAQE/EF//xAAUEAEAAAAAAAAAAAAAAAAAAAAw/9oACAEBAAE/EH//2Q==',
  ],
  [
    'gif',
    'R0lGODlhJQAVAIAAAExpcSJmdyH5BAUAAAAALAAAAAAlABUAAAIajI+py+0Po5y02ouz3rz7D4biSJbmiaYqWgAAOw==',
  ],
  [
    'webp',
    'UklGRjoAAABXRUJQVlA4IC4AAADwAgCdASolABUAP83m7XA/uDIrJWgD8DmJZwAAKUNt8AD+0MnEdvcn6LjZ4AAA',
  ],
  ['lossless webp', 'UklGRh4AAABXRUJQVlA4TBEAAAAvJAAFAAdQs4r0rv+BiOh/AAA='],
  [
    'extended webp',
    'UklGRl4AAABXRUJQVlA4WAoAAAAQAAAAJAAAFAAAQUxQSAoAAAABB1DEiAhERP8DVlA4IC4AAADwAgCdASolABUAP83m7XA/uDIrJWgD8DmJZwAAKUNt8AD+0MnEdvcn6LjZ4AAA',
  ],
]

function blobOf(base64: string): Blob {
  return new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))])
}

describe('readImageSize', () => {
  it.each(PICTURES)('reads the size of a %s image', async (_, base64) => {
    expect(await readImageSize(blobOf(base64))).toEqual({ widthPx: 37, heightPx: 21 })
  })

  it.each(PICTURES)('returns null for a truncated %s image', async (_, base64) => {
    expect(await readImageSize(blobOf(base64).slice(0, 9))).toBeNull()
  })

  it('returns null for other files', async () => {
    expect(
      await readImageSize(new Blob(['%PDF-1.7 and so on, long enough for a header'])),
    ).toBeNull()
    expect(await readImageSize(new Blob([]))).toBeNull()
  })
})

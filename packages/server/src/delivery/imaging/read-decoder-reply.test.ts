import { describe, expect, it } from 'vitest'
import { readDecoderReply } from './read-decoder-reply.js'

const image = { format: 'png', widthPx: 4, heightPx: 3, pages: 1, hasAlpha: false }

describe('a reply of a decoder', () => {
  it('with an image gets the MIME type of the format', () => {
    expect(readDecoderReply({ image: { ...image, mimeType: 'text/html', more: 1 } })).toEqual({
      image: { ...image, mimeType: 'image/png' },
    })
  })

  it('with a refusal has one of two codes, and a text of at most 1000 characters', () => {
    const refusal = { code: 'IMAGE_INVALID', message: 'x'.repeat(5000), details: { widthPx: 4 } }
    expect(readDecoderReply({ refusal })).toEqual({
      refusal: { ...refusal, message: 'x'.repeat(1000) },
    })
    expect(readDecoderReply({ refusal: { ...refusal, code: 'STORAGE_FULL' } })).toBeNull()
    expect(readDecoderReply({ refusal: { ...refusal, message: {} } })).toBeNull()
  })

  it.each([
    null,
    'ready',
    7,
    {},
    { isWritten: 'yes' },
    { image: null },
    { image: { ...image, format: 'svg' } },
    { image: { ...image, format: '__proto__' } },
    { image: { ...image, widthPx: 0 } },
    { image: { ...image, heightPx: 1.5 } },
    { image: { ...image, pages: '1' } },
    { image: { ...image, hasAlpha: 1 } },
    { refusal: null },
  ])('is not valid if it is %j', (message) => {
    expect(readDecoderReply(message)).toBeNull()
  })
})

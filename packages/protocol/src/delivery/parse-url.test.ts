import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDeliveryUrl } from './parse-url.js'

describe('parseDeliveryUrl', () => {
  it('parses a plain path', () => {
    expect(parseDeliveryUrl('/demo/image/upload/sample.jpg')).toEqual({
      cloudName: 'demo',
      resourceType: 'image',
      deliveryType: 'upload',
      transformation: '',
      publicId: 'sample',
      extension: 'jpg',
      signedPath: 'sample.jpg',
    })
  })

  it('parses a full path, and leaves unsigned segments out of the signed path', () => {
    const path =
      '/demo/image/authenticated/s--Jfl7aEqn--/c_crop,h_20,w_10/e_sepia/v1234/a/b%20c.JPG?_a=1'
    expect(parseDeliveryUrl(path)).toEqual({
      cloudName: 'demo',
      resourceType: 'image',
      deliveryType: 'authenticated',
      signature: 'Jfl7aEqn',
      transformation: 'c_crop,h_20,w_10/e_sepia',
      version: '1234',
      publicId: 'a/b c',
      extension: 'jpg',
      signedPath: 'c_crop,h_20,w_10/e_sepia/a/b%20c.JPG',
    })
  })

  it('reads signatures of 8 or 32 characters, also with dashes at either end', () => {
    const long = 'NiYHsgIXPybYz4eanvEeI-DTh_3hNtwv'
    expect(parseDeliveryUrl('/demo/image/upload/s----SjmNDA--/v1/a.jpg')?.signature).toBe(
      '--SjmNDA',
    )
    expect(parseDeliveryUrl(`/demo/image/upload/s--${long}--/a.jpg`)?.signature).toBe(long)
    const other = parseDeliveryUrl('/demo/image/upload/s--short--/a.jpg')
    expect(other?.signature).toBeUndefined()
    expect(other?.publicId).toBe('s--short--/a')
  })

  it('keeps the extension in the public id of a raw asset', () => {
    const parsed = parseDeliveryUrl('/demo/raw/upload/v1/docs/report.pdf')
    expect(parsed?.publicId).toBe('docs/report.pdf')
    expect(parsed?.extension).toBeUndefined()
  })

  it('reads only the last extension', () => {
    expect(parseDeliveryUrl('/demo/video/upload/sample.jpg.mp4')).toMatchObject({
      publicId: 'sample.jpg',
      extension: 'mp4',
    })
    expect(parseDeliveryUrl('/demo/image/upload/.jpg')).toMatchObject({ publicId: '.jpg' })
  })

  it('collapses double slashes', () => {
    expect(parseDeliveryUrl('//demo/image//upload/v1///a//b.png')).toMatchObject({
      publicId: 'a/b',
      signedPath: 'a/b.png',
    })
  })

  it('reads a folder as a transformation only if every token has a known key', () => {
    const publicIdOf = (path: string): string | undefined =>
      parseDeliveryUrl(`/demo/image/upload/${path}`)?.publicId
    expect(publicIdOf('my_folder/a.jpg')).toBe('my_folder/a')
    expect(publicIdOf('w_100,my_folder/a.jpg')).toBe('w_100,my_folder/a')
    expect(publicIdOf('w_100/a.jpg')).toBe('a')
    expect(publicIdOf('w_100')).toBe('w_100')
    expect(publicIdOf('v1/w_100/a.jpg')).toBe('w_100/a')
    expect(publicIdOf('$w_100,c_scale,w_$w/a.jpg')).toBe('a')
  })

  it('refuses a segment before the version that is not a transformation', () => {
    expect(() => parseDeliveryUrl('/demo/image/upload/wdth_100/v1/a.jpg')).toThrow(
      expect.objectContaining({
        code: 'TRANSFORMATION_INVALID',
        message: 'Invalid transformation component - wdth_100',
      }),
    )
  })

  it('decodes once and keeps double escapes in the name', () => {
    expect(parseDeliveryUrl('/demo/image/upload/v1/%252e%252e/a.jpg')?.publicId).toBe('%2e%2e/a')
    expect(parseDeliveryUrl('/demo/image/upload/%C3%BCn%C3%AF.png')?.publicId).toBe('\u00fcn\u00ef')
    expect(parseDeliveryUrl('/demo/image/upload/a..b.png')?.publicId).toBe('a..b')
  })

  it.each([
    ['..', '/demo/image/upload/v1/../secret.jpg'],
    ['an escaped ..', '/demo/image/upload/v1/%2e%2E/secret.jpg'],
    ['.. behind an escaped slash', '/demo/image/upload/v1/a%2F..%2Fsecret.jpg'],
    ['.. behind a backslash', '/demo/image/upload/v1/a%5C..%5Csecret.jpg'],
    ['a single dot', '/demo/image/upload/./a.jpg'],
    ['a name that is dots before its extension', '/demo/image/upload/v1/a/...jpg'],
    ['NUL', '/demo/image/upload/a%00.jpg'],
    ['a line break', '/demo/image/upload/a%0Ab.jpg'],
    ['a C1 control', '/demo/image/upload/a%C2%85b.jpg'],
    ['an escape that is none', '/demo/image/upload/%zz.jpg'],
    ['a cut escape', '/demo/image/upload/a%2'],
    ['an escape that is not UTF-8', '/demo/image/upload/%FC.jpg'],
    ['an overlong slash', '/demo/image/upload/%C0%AF.jpg'],
  ])('refuses %s', (_, path) => {
    expect(() => parseDeliveryUrl(path)).toThrow(
      expect.objectContaining({ code: 'PUBLIC_ID_INVALID' }),
    )
  })

  it.each([
    '/',
    '/demo',
    '/demo/image',
    '/demo/image/upload',
    '/demo/image/upload/',
    '/demo/image/upload/v1/',
    '/demo/image/elsewhere/a.jpg',
    '/demo/audio/upload/a.mp3',
    '/de%6Do/image/upload/a.jpg',
    '/__proto__/constructor/upload/a.jpg',
  ])('returns undefined for %s', (path) => {
    expect(parseDeliveryUrl(path)).toBeUndefined()
  })

  it('throws only its two codes and never returns a dot segment, for random paths', () => {
    const unit = fc.constantFrom(
      ...'/.%2eE5cfF0vws_-,$:\\? \u00fc',
      '//',
      '..',
      '%2e',
      '%2F',
      '%5C',
      '%00',
      'v1',
      'w_1',
      's--jE1VT0k0--',
      '.jpg',
    )
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 24 }), (rest) => {
        try {
          const parsed = parseDeliveryUrl(`/demo/image/upload/${rest}`)
          const segments = parsed?.publicId.split(/[/\\]/) ?? []
          expect(segments.filter((segment) => segment === '.' || segment === '..')).toEqual([])
          expect(parsed?.publicId).not.toBe('')
        } catch (error) {
          expect(error).toMatchObject({
            code: expect.stringMatching(/^(PUBLIC_ID|TRANSFORMATION)_INVALID$/),
          })
        }
      }),
      { numRuns: 20_000, seed: 1 },
    )
  })
})

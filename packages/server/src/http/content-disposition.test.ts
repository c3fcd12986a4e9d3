import { validateHeaderValue } from 'node:http'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attachmentDisposition } from './content-disposition.js'
import { toFileName } from './download-name.js'

/** Returns the name in a header as RFC 6266 4.3 reads it: `filename*` if present, else `filename`. */
function nameIn(header: string): string | undefined {
  const encoded = /filename\*=UTF-8''([^;]*)$/.exec(header)?.[1]
  return encoded === undefined
    ? /filename="([^"]*)"/.exec(header)?.[1]
    : decodeURIComponent(encoded)
}

describe('a file name', () => {
  it.each([
    ['photo.jpg', 'attachment; filename="photo.jpg"'],
    ['für.jpg', `attachment; filename="f_r.jpg"; filename*=UTF-8''f%C3%BCr.jpg`],
    ['100%.jpg', `attachment; filename="100_.jpg"; filename*=UTF-8''100%25.jpg`],
    ["it's (1).jpg", `attachment; filename="it's (1).jpg"`],
    ['a/b/c.jpg', 'attachment; filename="c.jpg"'],
    ['..\\..\\boot.ini', 'attachment; filename="boot.ini"'],
    ['a"; filename=evil.exe; "b.jpg', 'attachment; filename="a_; filename=evil.exe; _b.jpg"'],
    ['a\r\nSet-Cookie: x=1', 'attachment; filename="aSet-Cookie_ x=1"'],
    ['gpj.\u202Eexe', 'attachment; filename="gpj.exe"'],
    ['.htaccess', 'attachment; filename="htaccess"'],
    ['...', 'attachment; filename="download"'],
    ['', 'attachment; filename="download"'],
  ])('%j is written as %s', (name, header) => expect(attachmentDisposition(name)).toBe(header))

  it('has at most 150 characters and keeps its extension', () => {
    const name = toFileName(`${'ä'.repeat(300)}.jpeg`)
    expect([...name].length).toBe(150)
    expect(name.endsWith('ä.jpeg')).toBe(true)
  })

  it('of any text becomes a valid header from which the name can be read back', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const header = attachmentDisposition(text)
        expect(() => validateHeaderValue('content-disposition', header)).not.toThrow()
        expect(nameIn(header)).toBe(toFileName(text))
      }),
      { numRuns: 2000 },
    ))

  it('with a lone surrogate is written without the surrogate', () =>
    expect(attachmentDisposition('a\ud800b')).toBe('attachment; filename="ab"'))
})

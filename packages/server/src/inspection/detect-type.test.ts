import { MEDIA_TYPES } from '@countersign/protocol/media-types'
import { supportedExtensions, supportedMimeTypes } from 'file-type'
import { describe, expect, it } from 'vitest'
import { detectType } from './detect-type.js'

const typeOf = async (head: Buffer) => (await detectType(head)).mimeType

describe('the table of media types', () => {
  it('has every image, audio and video type that can be detected', () => {
    const types = [...supportedMimeTypes].filter((type) => /^(image|audio|video)\//.test(type))
    expect(types.filter((type) => !MEDIA_TYPES.find(type))).toEqual([])
    expect(supportedExtensions.has('mp4')).toBe(true)
  })
})

describe('detectType', () => {
  it.each([
    [
      'a bitmap without a header',
      Buffer.from('BM\x01\x02\x03\x04 and more bytes than that, really', 'latin1'),
    ],
    ['zlib data', Buffer.from('789c4b04000062', 'hex')],
    ['zlib data at its lowest level', Buffer.from('78014b04000062006200', 'hex')],
    [
      'a TGA image',
      Buffer.concat([Buffer.from('000002000000000000000000', 'hex'), Buffer.alloc(40, 9)]),
    ],
  ])('returns no type for %s', async (_what, head) => expect(await typeOf(head)).toBeUndefined())

  it.each([
    ['TIFF with its directory at the end', Buffer.from('49492a00ffff0000', 'hex'), 'image/tiff'],
    ['TIFF, big-endian', Buffer.from('4d4d002a0000ffff', 'hex'), 'image/tiff'],
    [
      'AVIF with a general brand',
      Buffer.from('\0\0\0\x20ftypmif1\0\0\0\0mif1avifmiafMA1B', 'latin1'),
      'image/avif',
    ],
    [
      'HEIC with a general brand',
      Buffer.from('\0\0\0\x1cftypmif1\0\0\0\0mif1heic\0\0\0\0', 'latin1'),
      'image/heic',
    ],
    ['PDF after a blank line', Buffer.from('\r\n%PDF-1.7\n%\0\x01', 'latin1'), 'application/pdf'],
  ])('detects %s', async (_what, head, type) => expect(await typeOf(head)).toBe(type))

  it.each([
    ['%PDF-1.7\n1 0 obj', 'application/pdf'],
    ['%!PS-Adobe-3.0 EPSF-3.0', 'application/postscript'],
    ['{\\rtf1\\ansi hi}', 'application/rtf'],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml'],
    ['%TEX root = a.tex', undefined],
    ['070707 is a date', undefined],
    ['<p>An HTML page</p>', undefined],
  ])('detects the type of text: %s', async (text, type) => {
    const detected = await detectType(Buffer.from(text))
    expect([detected.isText, detected.mimeType]).toEqual([true, type])
  })

  it('detects the type of undeclared text', async () => {
    const textType = async (text: string) => (await detectType(Buffer.from(text))).textType
    expect(await textType('<?xml version="1.0"?><a/>')).toBe('application/xml')
    expect(await textType('BEGIN:VCALENDAR')).toBe('text/calendar')
    expect(await textType('hello')).toBe('text/plain')
  })

  it('detects UTF-16 with a mark as text, and zeros without one as binary data', async () => {
    const words = Buffer.from('\ufeffhello', 'utf16le')
    expect(await detectType(words)).toMatchObject({ isText: true, mimeType: undefined })
    expect((await detectType(words.subarray(2))).isText).toBe(false)
  })
})

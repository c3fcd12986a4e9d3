import { describe, expect, it } from 'vitest'
import { contentOf, extensionOf, MEDIA_TYPES } from './index.js'
import { TYPE_ROWS } from './type-rows.js'

describe('the table of media types', () => {
  it.each([
    // Internet Explorer, Citrix, Android providers.
    ['image/pjpeg', 'image/jpeg'],
    ['image/jpg', 'image/jpeg'],
    ['image/x-citrix-jpeg', 'image/jpeg'],
    ['image/x-png', 'image/png'],
    ['image/x-citrix-png', 'image/png'],
    ['image/x-ms-bmp', 'image/bmp'],
    ['image/x-windows-bmp', 'image/bmp'],
    // WHATWG says image/x-icon, IANA image/vnd.microsoft.icon.
    ['image/x-icon', 'image/vnd.microsoft.icon'],
    ['image/ico', 'image/vnd.microsoft.icon'],
    ['image/x-tiff', 'image/tiff'],
    ['image/heif-sequence', 'image/heic'],
    // Windows registry.
    ['application/x-zip-compressed', 'application/zip'],
    ['application/x-gzip', 'application/gzip'],
    ['application/x-rar-compressed', 'application/vnd.rar'],
    ['application/x-rar', 'application/vnd.rar'],
    ['text/xml; charset=utf-8', 'application/xml'],
    // RFC 9239.
    ['application/javascript', 'text/javascript'],
    ['Application/X-JavaScript', 'text/javascript'],
    ['text/x-markdown', 'text/markdown'],
    ['application/x-csv', 'text/csv'],
    ['text/comma-separated-values', 'text/csv'],
    ['text/rtf', 'application/rtf'],
    ['audio/mp3', 'audio/mpeg'],
    ['audio/x-mpeg-3', 'audio/mpeg'],
    ['audio/x-m4a', 'audio/mp4'],
    ['audio/x-wav', 'audio/wav'],
    ['audio/vnd.wave', 'audio/wav'],
    ['application/ogg', 'audio/ogg'],
    ['audio/ogg; codecs=opus', 'audio/ogg'],
    ['video/vnd.avi', 'video/x-msvideo'],
    ['video/matroska', 'video/x-matroska'],
    ['video/x-m4v', 'video/mp4'],
    ['application/x-pdf', 'application/pdf'],
    ['application/msexcel', 'application/vnd.ms-excel'],
    ['application/x-font-ttf', 'font/ttf'],
    ['application/x-unheard-of; a=b', 'application/x-unheard-of'],
  ])('calls %s %s', (alias, type) => expect(MEDIA_TYPES.nameOf(alias)).toBe(type))

  it.each([
    ['jfif', 'image/jpeg'],
    ['JPE', 'image/jpeg'],
    ['ico', 'image/vnd.microsoft.icon'],
    ['m4a', 'audio/mp4'],
    ['m4v', 'video/mp4'],
    ['mov', 'video/quicktime'],
    ['csv', 'text/csv'],
    ['md', 'text/markdown'],
    ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    ['xls', 'application/vnd.ms-excel'],
    ['tgz', 'application/gzip'],
  ])('knows the extension %s as %s', (extension, type) =>
    expect(MEDIA_TYPES.find(extension)?.type).toBe(type),
  )

  it('lists each name, alias and extension once', () => {
    const names: string[] = []
    const extensions: string[] = []
    for (const line of TYPE_ROWS.split('\n')) {
      if (line === '' || line.startsWith('#')) continue
      const [first = '', aliases = ''] = line.split('|')
      const [type = '', ...others] = first.split(' ')
      const listed = aliases.split(' ').filter(Boolean)
      names.push(type, ...listed)
      extensions.push(...others)
    }
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
    expect(extensions.filter((name, at) => extensions.indexOf(name) !== at)).toEqual([])
  })

  it('returns the container of documents, and marks active text', () => {
    const contentOfExtension = (extension: string) => contentOf(MEDIA_TYPES.find(extension)?.type)
    const containerOf = (extension: string) => contentOfExtension(extension).container
    expect(['docx', 'odt', 'epub', 'jar'].map(containerOf)).toEqual(['zip', 'zip', 'zip', 'zip'])
    expect(['doc', 'xls', 'ppt', 'msg'].map(containerOf)).toEqual(['cfb', 'cfb', 'cfb', 'cfb'])
    expect(['csv', 'json', 'xml', 'html'].map(containerOf)).toEqual([
      'text',
      'text',
      'text',
      'text',
    ])
    expect(['png', 'pdf', 'zip'].map(containerOf)).toEqual([undefined, undefined, undefined])
    const isActive = (extension: string) => contentOfExtension(extension).isActive
    expect(['html', 'js', 'sh', 'php'].map(isActive)).toEqual([true, true, true, true])
    expect(['txt', 'json', 'csv'].map(isActive)).toEqual([false, false, false])
  })
})

describe('isAccepted', () => {
  const { isAccepted } = MEDIA_TYPES

  it.each([
    ['image/x-icon', 'image/vnd.microsoft.icon'],
    ['image/vnd.microsoft.icon', 'image/x-icon'],
    ['application/xml', 'text/xml'],
    ['text/xml', 'application/xml'],
    ['audio/*', 'application/ogg'],
    ['text/*', 'text/xml'],
    ['image/*', 'image/x-unheard-of'],
    ['application/x-unheard-of', 'application/x-unheard-of'],
  ])('with %s on the list, accepts %s', (item, type) => expect(isAccepted([item], type)).toBe(true))

  it.each([
    ['image/*', 'image/svg+xml'],
    ['image/*', 'image/svg'],
    ['image/png', 'image/svg+xml'],
    ['text/csv', 'application/vnd.ms-excel'],
    ['application/zip', 'application/vnd.ms-excel'],
    ['application/unheard', 'application/unheard-of'],
  ])('with %s on the list, refuses %s', (item, type) =>
    expect(isAccepted([item], type)).toBe(false),
  )
})

describe('extensionOf', () => {
  it.each([
    ['IMG_1.HEIC', 'heic'],
    ['archive.tar.gz', 'gz'],
    ['no extension', ''],
    ['.', ''],
    ['a.b c', ''],
    [undefined, ''],
  ])('of %s is %j', (name, extension) => expect(extensionOf(name)).toBe(extension))
})

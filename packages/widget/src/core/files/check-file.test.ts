import { describe, expect, it } from 'vitest'
import {
  acceptAttribute,
  acceptedFormats,
  checkFile,
  type FileRules,
  maxBytesOf,
} from './check-file.js'
import { loadTypesFor } from './file-type.js'

const PHOTOS: FileRules = { limits: { accept: ['image/jpeg', 'image/png', 'image/webp'] } }

function fileOf(name: string, type: string, size = 10): File {
  return new File([new Uint8Array(size)], name, { type })
}

/** Returns the first bytes of a PNG with this size (PNG 1.2, 11.2.2). */
function pngOf(width: number, height: number): File {
  const header = new DataView(new ArrayBuffer(24))
  header.setUint32(0, 0x89504e47)
  header.setUint32(4, 0x0d0a1a0a)
  header.setUint32(16, width)
  header.setUint32(20, height)
  return new File([header.buffer], 'drawing.png', { type: 'image/png' })
}

async function reasonOf(file: File, rules: FileRules): Promise<string | undefined> {
  return (await checkFile(file, rules))?.message
}

describe('checkFile', () => {
  it('accepts a file that no limit forbids', async () => {
    expect(await checkFile(fileOf('a.bin', ''), {})).toBeNull()
    expect(await checkFile(fileOf('a.JPG', ''), PHOTOS)).toBeNull()
  })

  it.each([
    ['citrix.jpg', 'image/x-citrix-jpeg'],
    ['android.jpg', 'image/jpg'],
    ['old.png', 'image/x-png'],
    ['notype.jfif', ''],
    ['notype.JPG', 'application/octet-stream'],
    ['IMG_1.HEIC', 'image/jpeg'],
    ['noext', 'image/png'],
  ])('accepts a photo under every name of its type: %s (%s)', async (name, type) =>
    expect(await checkFile(fileOf(name, type), PHOTOS)).toBeNull(),
  )

  it('accepts a photo with another image format’s name, by its first bytes', async () => {
    const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70, 0, 1)
    const named = (name: string, type: string) => new File([jpeg], name, { type })
    expect(await checkFile(named('IMG_1.HEIC', 'image/heic'), PHOTOS)).toBeNull()
    expect(await checkFile(named('a.tif', 'image/tiff'), PHOTOS)).toBeNull()
    const pngs: FileRules = { limits: { accept: ['image/png'] } }
    expect(await reasonOf(named('IMG_1.HEIC', 'image/heic'), pngs)).toMatch(/Choose PNG/)
    expect(await checkFile(named('a.pdf', 'application/pdf'), PHOTOS)).not.toBeNull()
    const tiny: FileRules = { ...PHOTOS, maxFileSize: 5 }
    expect(await reasonOf(named('IMG_1.HEIC', 'image/heic'), tiny)).toMatch(/^HEIC photos/)
  })

  it('reads files whose name and type are unknown, as the server does', async () => {
    const named = (bytes: string, name: string, type = '') =>
      new File([Uint8Array.from(bytes, (char) => char.charCodeAt(0))], name, { type })
    const jpeg = '\xff\xd8\xff\xe0\0\x10JFIF\0\x01'
    const rules = (accept: string): FileRules => ({ limits: { accept: [accept] } })
    expect(await checkFile(named(jpeg, 'photo'), PHOTOS)).toBeNull()
    expect(await checkFile(named(jpeg, 'photo.jpg_large'), PHOTOS)).toBeNull()
    expect(
      await checkFile(named(jpeg, '1000012345', 'application/octet-stream'), PHOTOS),
    ).toBeNull()
    expect(await checkFile(named('%PDF-1.7\n', 'scan'), rules('application/pdf'))).toBeNull()
    expect(await checkFile(named('\\begin{a}', 'a.tex'), rules('text/plain'))).toBeNull()
    expect(
      await checkFile(named('\\begin{a}', 'a.tex', 'text/x-tex'), rules('text/plain')),
    ).toBeNull()
    expect(await checkFile(named('a;b', 'a.csv', 'text/anytext'), rules('text/csv'))).toBeNull()
    for (const refused of [
      named('\\begin{a}', 'a.tex'),
      named('\0\x01', 'a'),
      named('hi', 'a.png', 'image/png'),
    ]) {
      expect(await checkFile(refused, rules('image/jpeg'))).not.toBeNull()
    }
    expect(await checkFile(named('\0\x01', 'a'), rules('text/plain'))).not.toBeNull()
    expect(await checkFile(named('hi', 'a.png', 'image/png'), rules('text/plain'))).not.toBeNull()
    expect(await checkFile(named('<p>', 'a.html'), rules('text/plain'))).not.toBeNull()
  })

  it.each([
    ['application/msword', 'letter.doc', ''],
    ['application/vnd.ms-excel', 'sheet.xls', 'application/x-msexcel'],
    ['text/csv', 'sheet.csv', 'application/vnd.ms-excel'],
    ['text/markdown', 'notes.md', ''],
    ['application/xml', 'feed.xml', 'text/xml'],
    ['application/zip', 'all.zip', 'application/x-zip-compressed'],
    ['image/vnd.microsoft.icon', 'favicon.ico', 'image/x-icon'],
    ['image/x-icon', 'favicon.ico', ''],
    ['audio/mp4', 'song.m4a', 'audio/x-m4a'],
  ])(
    'with the accept list %s, accepts the file %s (%s), as the server does',
    async (accepted, name, type) => {
      const rules: FileRules = { limits: { accept: [accepted] } }
      expect(await checkFile(fileOf(name, type), rules)).toBeNull()
      expect(await checkFile(fileOf('a.html', 'text/html'), rules)).not.toBeNull()
    },
  )

  it('tells how to convert a HEIC photo', async () => {
    expect(await reasonOf(fileOf('IMG_1.HEIC', ''), PHOTOS)).toMatch(
      /^HEIC photos are not accepted\. Save it as JPG/,
    )
  })

  it('names the accepted formats when it refuses a video', async () => {
    expect(await reasonOf(fileOf('a.mov', 'video/quicktime'), PHOTOS)).toBe(
      'Videos are not accepted. Choose JPG, PNG or WebP.',
    )
  })

  it('names the format that is not accepted', async () => {
    expect(await reasonOf(fileOf('a.tif', 'image/tiff'), PHOTOS)).toBe(
      'TIF files are not accepted. Choose JPG, PNG or WebP.',
    )
  })

  it('refuses a file by size, with both sizes in the sentence', async () => {
    const rules = { ...PHOTOS, maxFileSize: 20_000_000 }
    const large = { name: 'a.jpg', type: 'image/jpeg', size: 48_600_000 } as File
    expect(await reasonOf(large, rules)).toBe('Too large: 48.6 MB. Choose a file up to 20 MB.')
    const error = await checkFile(large, rules)
    expect(error?.code).toBe('ASSET_TOO_LARGE')
  })

  it('refuses an empty file', async () => {
    expect((await checkFile(fileOf('a.jpg', 'image/jpeg', 0), PHOTOS))?.code).toBe('FILE_EMPTY')
  })

  it('refuses an image by pixels, without decoding it', async () => {
    expect(await reasonOf(pngOf(400, 300), { minImageWidth: 800, minImageHeight: 600 })).toBe(
      'Too small: 400 × 300 px. Choose one of at least 800 × 600 px.',
    )
    const largest = { maxImageWidth: 300, maxImageHeight: 300, validateMaxWidthHeight: true }
    expect(await reasonOf(pngOf(400, 300), largest)).toBe(
      'Too big: 400 × 300 px. Choose one up to 300 × 300 px.',
    )
    expect(await reasonOf(pngOf(10_000, 10_000), { limits: { maxPixels: 50_000_000 } })).toBe(
      'Too big: 10000 × 10000 px. Choose one of at most 50 megapixels.',
    )
  })

  it('applies the formats of both the endpoint and the page', async () => {
    const rules: FileRules = { ...PHOTOS, clientAllowedFormats: ['png', 'gif'] }
    expect(acceptedFormats(rules)).toEqual(['PNG'])
    expect(await checkFile(fileOf('a.png', 'image/png'), rules)).toBeNull()
    expect(await reasonOf(fileOf('a.gif', 'image/gif'), rules)).toMatch(/Choose PNG\./)
    expect(await reasonOf(fileOf('a.jpg', 'image/jpeg'), rules)).toMatch(/Choose PNG\./)
  })

  it('accepts the group words of clientAllowedFormats', async () => {
    const rules = { clientAllowedFormats: ['image'] }
    expect(await checkFile(fileOf('a.heic', 'image/heic'), rules)).toBeNull()
    expect(await checkFile(fileOf('a.mp4', 'video/mp4'), rules)).not.toBeNull()
    expect(
      await checkFile(fileOf('a.zip', ''), { clientAllowedFormats: ['raw', 'png'] }),
    ).toBeNull()
  })
})

describe('maxBytesOf', () => {
  it('returns the smallest limit that is set for a type', () => {
    const rules = { limits: { maxBytes: 9 }, maxFileSize: 8, maxVideoFileSize: 5 }
    expect(maxBytesOf(rules, 'image/png')).toBe(8)
    expect(maxBytesOf(rules, 'video/mp4')).toBe(5)
    expect(maxBytesOf({})).toBeUndefined()
  })
})

describe('acceptAttribute', () => {
  it('returns the accepted types of a file field', () => {
    expect(acceptAttribute(PHOTOS)).toBe('image/jpeg,image/png,image/webp')
    expect(acceptAttribute({ clientAllowedFormats: ['png', 'video'] })).toBe('.png,video/*,audio/*')
  })

  it('adds the extensions of documents once a limit has loaded the table of types', async () => {
    const accept = ['application/msword', 'image/png']
    await loadTypesFor(accept)
    expect(acceptAttribute({ limits: { accept } })).toBe('application/msword,.doc,image/png')
    expect(acceptedFormats({ limits: { accept } })).toEqual(['DOC', 'PNG'])
  })
})

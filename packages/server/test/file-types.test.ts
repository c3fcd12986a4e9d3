import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compoundFileOf, officeDocument, zipOf } from './documents.js'
import {
  type Answer,
  basic,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from './running-server.js'

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const ODT = 'application/vnd.oasis.opendocument.text'
const ACCEPT = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/bmp',
  'image/x-icon',
  'image/tiff',
  'image/svg+xml',
  'audio/mpeg',
  'video/mp4',
  'application/zip',
  'application/gzip',
  'application/pdf',
  'application/msword',
  'application/vnd.ms-excel',
  'application/xml',
  'application/json',
  'application/javascript',
  'application/vnd.acme.plan',
  'application/x-subrip',
  'text/csv',
  'text/plain',
  'text/markdown',
  'text/rtf',
  DOCX,
  XLSX,
  ODT,
]

let running: RunningServer
const pictures: Record<string, Buffer> = {}

beforeAll(async () => {
  running = await startTestServer()
  const picture = sharp({ create: { width: 30, height: 20, channels: 3, background: 'teal' } })
  for (const format of ['jpeg', 'png', 'webp', 'tiff', 'gif'] as const) {
    pictures[format] = await picture.clone().toFormat(format).toBuffer()
  }
  const limits = JSON.stringify({ accept: ACCEPT, resource_types: ['image', 'video', 'raw'] })
  await running.post('upload_presets', { name: 'default', limits }, basic(FULL_KEY))
})
afterAll(() => running.close())

interface Sent {
  readonly bytes: Buffer
  readonly name: string
  readonly type: string
}

function upload(path: string, file: Sent, key = UPLOAD_KEY): Promise<Answer> {
  return running.post(`${path}/upload`, formOf(signed(key), file))
}

async function expectRefused(path: string, file: Sent, message: RegExp): Promise<void> {
  const before = await running.kept()
  const { status, json } = await upload(path, file)
  expect([status, json.error?.message]).toEqual([400, expect.stringMatching(message)])
  expect(await running.kept()).toEqual(before)
}

const text = (words: string): Buffer => Buffer.from(words)

/** A bitmap of 2 by 1 pixels with 24 bits each. */
function bitmap(): Buffer {
  const bytes = Buffer.alloc(62)
  bytes.write('BM')
  bytes.writeUInt32LE(bytes.length, 2)
  bytes.writeUInt32LE(54, 10)
  bytes.writeUInt32LE(40, 14)
  bytes.writeInt32LE(2, 18)
  bytes.writeInt32LE(1, 22)
  bytes.writeUInt16LE(1, 26)
  bytes.writeUInt16LE(24, 28)
  return bytes
}

function icon(): Buffer {
  const png = pictures.png ?? Buffer.alloc(0)
  const header = Buffer.from([0, 0, 1, 0, 1, 0, 30, 20, 0, 0, 1, 0, 32, 0, 0, 0, 0, 0, 22, 0, 0, 0])
  header.writeUInt32LE(png.length, 14)
  return Buffer.concat([header, png])
}

describe('a declared type that is another name for the content', () => {
  it.each([
    ['jpeg', 'a.jpg', 'image/pjpeg', 'jpg'],
    ['jpeg', 'a.jfif', 'image/x-citrix-jpeg', 'jpg'],
    ['png', 'a.png', 'image/x-png', 'png'],
    ['png', 'a.png', 'IMAGE/PNG; charset=binary', 'png'],
    ['tiff', 'a.tif', 'image/x-tiff', 'tif'],
  ])('is accepted for a picture: %s, %s, %s', async (format, name, type, stored) => {
    const { status, json } = await upload('image', {
      bytes: pictures[format] as Buffer,
      name,
      type,
    })
    expect([status, json.format]).toEqual([200, stored])
  })

  it.each(['image/x-icon', 'image/vnd.microsoft.icon', ''])(
    'is accepted for an icon: %j',
    async (type) => {
      const { status, json } = await upload('image', { bytes: icon(), name: 'favicon.ico', type })
      expect([status, json.format]).toEqual([200, 'ico'])
    },
  )

  it.each(['image/bmp', 'image/x-ms-bmp', 'image/x-bmp'])(
    'is accepted for a bitmap: %s',
    async (type) => {
      const { status, json } = await upload('auto', { bytes: bitmap(), name: 'a.bmp', type })
      expect([status, json.resource_type, json.format]).toEqual([200, 'image', 'bmp'])
    },
  )

  it.each([
    ['a.zip', 'application/x-zip-compressed', zipOf({ 'a.txt': 'hi' })],
    ['a.gz', 'application/x-gzip', gzipSync('hi')],
    ['a.xml', 'text/xml', text('<?xml version="1.0"?><a/>')],
    ['a.js', 'application/x-javascript', text('let a = 1')],
    ['a.rtf', 'application/rtf', text('{\\rtf1 hi}')],
    ['a.rtf', 'application/msword', text('{\\rtf1 hi}')],
    ['a.json', 'text/json', text('{}')],
    ['a.md', 'text/x-markdown', text('# hi')],
    ['a.pdf', 'application/x-pdf', text('%PDF-1.4\n1 0 obj')],
    ['a.plan', 'application/vnd.acme.plan', Buffer.from([1, 2, 3, 0])],
    ['a.plan', 'application/vnd.acme.plan', zipOf({ plan: 'hi' })],
  ])('is accepted for a raw file: %s as %s', async (name, type, bytes) => {
    expect((await upload('raw', { bytes, name, type })).json).toMatchObject({
      resource_type: 'raw',
      bytes: bytes.length,
    })
  })
})

describe('a declared type without information', () => {
  it.each([
    'image',
    'image/*',
    'image/',
    '*/*',
    'multipart/form-data',
    'application/octet-stream',
    'application/force-download',
    'text/plain',
    'image/unheard-of',
    'null',
  ])('does not refuse an image: %s', async (type) => {
    const boundary = 'a-boundary'
    const fields = Object.entries(signed(UPLOAD_KEY)).map(
      ([name, value]) =>
        `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\ncontent-type: ${type}\r\n\r\n`
    const response = await fetch(`${running.address}/v1_1/testing/image/upload`, {
      method: 'POST',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      body: Buffer.concat([
        text(fields.join('') + head),
        pictures.png as Buffer,
        text(`\r\n--${boundary}--\r\n`),
      ]),
    })
    expect([response.status, (await response.json()).format]).toEqual([200, 'png'])
  })

  it('is still refused if its top level is wrong', () =>
    expectRefused(
      'raw',
      { bytes: text('hi'), name: 'a', type: 'image/*' },
      /type says image\/\*, its content is text\/plain/,
    ))
})

describe('a document in a container', () => {
  it.each([
    ['a.docx', DOCX, officeDocument('word')],
    ['a.docx', DOCX, officeDocument('word', { isLate: true })],
    ['a.docx', '', officeDocument('word', { isLate: true })],
    ['blob', '', officeDocument('word', { isLate: true })],
    ['a.xlsx', XLSX, officeDocument('xl', { isLate: true })],
    ['a.docx', DOCX, compoundFileOf(['EncryptionInfo', 'EncryptedPackage'])],
    ['a.odt', ODT, zipOf({ mimetype: ODT, 'content.xml': '<a/>' })],
    ['a.zip', 'application/zip', officeDocument('word')],
    ['a.zip', 'application/zip', zipOf({ 'META-INF/MANIFEST.MF': 'a' })],
    ['a.doc', 'application/msword', compoundFileOf(['1Table', 'Data', 'a', 'WordDocument'])],
    ['a.doc', '', compoundFileOf(['WordDocument'])],
    ['blob', '', compoundFileOf(['WordDocument'])],
    ['a.xls', 'application/vnd.ms-excel', compoundFileOf(['Workbook'])],
    ['a.xls', 'application/x-msexcel', compoundFileOf(['Book'])],
    // Older systems declare newer documents with the type of the application.
    ['a.docx', 'application/msword', officeDocument('word')],
    ['a.docx', 'application/msword', officeDocument('word', { isLate: true })],
    ['a.xlsx', 'application/vnd.ms-excel', officeDocument('xl')],
    ['a.xlsx', 'application/vnd.ms-excel', officeDocument('xl', { isLate: true })],
    ['a.doc', 'application/msword', officeDocument('word')],
  ])('is accepted as %s (%s)', async (name, type, bytes) => {
    for (const path of ['raw', 'auto']) {
      expect((await upload(path, { bytes, name, type })).json).toMatchObject({
        resource_type: 'raw',
        bytes: bytes.length,
      })
    }
  })

  it.each([
    ['a ZIP without Office content', 'a.docx', DOCX, zipOf({ 'a.txt': 'hi' })],
    ['a workbook', 'a.docx', DOCX, officeDocument('xl', { isLate: true })],
    ['macros', 'a.docx', DOCX, officeDocument('word', { isLate: true, hasMacros: true })],
    ['macros behind its types', 'a.docx', DOCX, officeDocument('word', { hasMacros: true })],
    ['macros without a name', 'blob', '', officeDocument('word', { hasMacros: true })],
    [
      // Names of parts are case-insensitive (ECMA-376, part 2).
      'macros in capitals',
      'a.xlsx',
      XLSX,
      zipOf({ '[Content_Types].xml': '<Types/>', 'xl/a.xml': '<a/>', 'xl/VBAPROJECT.BIN': '' }),
    ],
    ['a Java program', 'a.docx', DOCX, zipOf({ 'META-INF/MANIFEST.MF': 'a' })],
    ['a workbook of older Excel', 'a.doc', 'application/msword', compoundFileOf(['Workbook'])],
    [
      'an installer',
      'a.doc',
      'application/msword',
      compoundFileOf(['a'], '84100c0000000000c000000000000046'),
    ],
    ['text', 'a.docx', DOCX, text('hi')],
    ['a ZIP, declared as older Word', 'a.docx', 'application/msword', zipOf({ 'a.txt': 'hi' })],
    ['a workbook, declared as Word', 'a.docx', 'application/msword', officeDocument('xl')],
    [
      'macros, declared as older Word',
      'a.docx',
      'application/msword',
      officeDocument('word', { isLate: true, hasMacros: true }),
    ],
    ['bytes of no kind', 'a.zip', 'application/zip', Buffer.from([1, 2, 3, 0])],
  ])('is refused if it contains %s', (_what, name, type, bytes) =>
    expectRefused('raw', { bytes, name, type }, /its content is|not allowed/),
  )
})

describe('an image with the name of another image format', () => {
  it.each([
    ['a JPEG that iOS converted', 'jpeg', 'IMG_0001.HEIC', 'image/heic', 'jpg'],
    ['a JPEG that iOS converted, declared as it is', 'jpeg', 'IMG_0001.HEIC', 'image/jpeg', 'jpg'],
    ['a WebP that Chrome saved', 'webp', 'a.jpg', 'image/jpeg', 'webp'],
    ['a PNG', 'png', 'a.jpg', 'image/jpeg', 'png'],
    ['a JPEG', 'jpeg', 'a.png', 'image/png', 'jpg'],
    ['a JPEG named as a drawing', 'jpeg', 'a.svg', 'image/svg+xml', 'jpg'],
  ])('is stored with its detected type: %s', async (_what, format, name, type, stored) => {
    const bytes = pictures[format] as Buffer
    const { json } = await upload('image', { bytes, name, type })
    expect(json).toMatchObject({ format: stored, width: 30, bytes: bytes.length })
    const delivered = await fetch(json.secure_url)
    expect(delivered.headers.get('content-type')).toBe(
      stored === 'jpg' ? 'image/jpeg' : `image/${stored}`,
    )
  })

  it('is refused if its real type is not accepted', () =>
    expectRefused(
      'image',
      { bytes: pictures.gif as Buffer, name: 'a.png', type: 'image/png' },
      /^Image file format gif not allowed: .* The file was sent as image\/png, it is image\/gif$/,
    ))

  it('is refused if allowed_formats lists only the format of its name', async () => {
    const form = formOf(signed(UPLOAD_KEY, { allowed_formats: 'jpg' }), {
      bytes: pictures.webp as Buffer,
      name: 'a.jpg',
      type: 'image/jpeg',
    })
    const { status, json } = await running.post('image/upload', form)
    expect([status, json.error.message]).toEqual([400, 'Image file format webp not allowed'])
  })

  it.each([
    ['a.html', 'text/html'],
    ['a.html', ''],
    ['a.txt', 'text/plain'],
    ['a.pdf', 'application/pdf'],
    ['a.zip', ''],
    ['a.exe', ''],
    ['a.mp4', 'video/mp4'],
  ])('is refused under the name of another kind of file: %s (%s)', (name, type) =>
    expectRefused(
      'image',
      { bytes: pictures.png as Buffer, name, type },
      /says .*, its content is image\/png\. Send it under its own type and name$/,
    ),
  )

  it.each([
    ['a page', '<!doctype html><script>alert(1)</script>'],
    ['a script', '#!/bin/sh\nrm -rf ~'],
    ['a drawing', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['a document', '%PDF-1.7\n1 0 obj'],
  ])('is not stored as an image if it is %s', async (_what, words) => {
    const file = { bytes: text(words), name: 'a.png', type: 'image/png' }
    await expectRefused('image', file, /Invalid image file|its content is|not allowed/)
    await expectRefused('raw', file, /its content is|not allowed/)
    await expectRefused('auto', file, /its content is|not allowed/)
  })
})

describe('a video or audio file with the name of another format', () => {
  it('is stored in its detected format', async () => {
    const bytes = Buffer.concat([
      Buffer.from('ID3\x03\0\0\0\0\0\0', 'latin1'),
      ...Array.from({ length: 4 }, () =>
        Buffer.concat([Buffer.from('fffb9064', 'hex'), Buffer.alloc(413)]),
      ),
    ])
    const { json } = await upload('video', { bytes, name: 'a.m4a', type: 'audio/x-m4a' })
    expect(json).toMatchObject({ format: 'mp3', resource_type: 'video' })
  })
})

describe('text', () => {
  it.each([
    ['notes.txt', 'text/plain', 'GIF89a is a format'],
    ['notes.txt', 'text/plain', 'GIF89a'],
    ['cars.txt', 'text/plain', 'BMW and Audi compared'],
    ['cars.txt', '', 'BMW and Audi compared'],
    ['music.txt', 'text/plain', 'MZ and other producers'],
    ['notes.txt', 'text/plain', 'P6 is a portable pixmap'],
    ['notes.txt', 'text/plain', 'The free lunch'],
    ['notes.txt', 'text/plain', 'solid advice'],
    ['notes.txt', 'text/plain', 'ID3 tags, explained'],
    ['notes.md', 'text/markdown', '%! is how PostScript starts'],
    ['notes.txt', 'text/plain', '\ufeffUTF-8 with a mark'],
    ['notes.csv', 'text/csv', 'a,b\n1,2\n'],
    ['notes.csv', 'application/vnd.ms-excel', 'a,b\n1,2\n'],
    ['notes.csv', 'application/csv', 'a,b\n1,2\n'],
    ['notes.csv', 'text/plain', 'a,b\n1,2\n'],
    ['notes.csv', '', 'a,b\n1,2\n'],
    ['blob', '', 'a note that nobody named'],
    // Linux and libraries declare these types, which are not in the table.
    ['thesis.tex', 'text/x-tex', '\\documentclass{book}'],
    ['a.srt', 'text/srt', '1\n00:00:00,000 --> 00:00:01,000\nhi\n'],
    ['a.csv', 'text/anytext', 'a,b\n1,2\n'],
    ['a.jsonl', 'application/x-ndjson', '{}\n{}\n'],
  ])('is stored as it is: %s (%s), %j', async (name, type, words) => {
    for (const path of ['raw', 'auto']) {
      const { json } = await upload(path, { bytes: text(words), name, type })
      expect(json).toMatchObject({ resource_type: 'raw', bytes: Buffer.byteLength(words) })
    }
  })

  it('of a type outside the table is accepted by that type', async () => {
    const form = (accept: string) =>
      formOf(signed(FULL_KEY, { limits: JSON.stringify({ accept: [accept] }) }), {
        bytes: text('hi'),
        name: 'a.acme',
        type: 'text/x-acme',
      })
    expect((await running.post('raw/upload', form('text/x-acme'))).status).toBe(200)
    expect((await running.post('raw/upload', form('text/plain'))).status).toBe(200)
    const { json } = await running.post('raw/upload', form('text/csv'))
    expect(json.error.message).toMatch(/^Raw file format text\/x-acme not allowed/)
  })

  it.each(['utf16le', 'latin1'] as const)('may be in %s', async (encoding) => {
    const bytes = Buffer.from(encoding === 'latin1' ? 'für alle' : '\ufeffa\tb\n', encoding)
    const { status } = await upload('auto', { bytes, name: 'a.csv', type: 'text/csv' })
    expect(status).toBe(200)
  })

  it('that begins like an image is stored as raw with a full key', async () => {
    const bytes = text('GIF89a is a format')
    const { json } = await upload(
      'auto',
      { bytes, name: 'notes.txt', type: 'text/plain' },
      FULL_KEY,
    )
    expect(json).toMatchObject({ resource_type: 'raw', bytes: bytes.length })
  })

  it.each([
    [
      'a page among plain text',
      'a.html',
      'text/plain',
      'hello',
      /raw file format html not allowed/i,
    ],
    ['a page', 'a.html', 'text/html', '<html>', /raw file format html not allowed/i],
    ['a shell script', 'a.sh', '', '#!/bin/sh', /raw file format sh not allowed/i],
    [
      'binary data',
      'a.txt',
      'text/plain',
      'a\0b',
      /its content is application\/octet-stream|not allowed/,
    ],
    [
      'a page of an unknown type',
      'a.html',
      'text/x-acme',
      '<html>',
      /file format html not allowed/,
    ],
    [
      'a page under the name of an image',
      'a.png',
      'image/png',
      '<html>',
      /sent as image\/png|its content is/,
    ],
    [
      'an SVG under the name of a text file',
      'a.txt',
      'text/plain',
      '<svg xmlns="http://www.w3.org/2000/svg"/>',
      /name says text\/plain, its content is image\/svg\+xml/,
    ],
  ])('is refused: %s', (_what, name, type, words, message) =>
    expectRefused('raw', { bytes: text(words), name, type }, message),
  )

  it('is never stored as an image, whatever its name', () =>
    expectRefused(
      'image',
      { bytes: text('GIF89a<script>'), name: 'a.gif', type: 'image/gif' },
      /^Invalid image file$/,
    ))
})

describe('a program', () => {
  const program = Buffer.concat([text('MZ'), Buffer.alloc(200, 1)])

  it.each([
    ['a.png', 'image/png'],
    ['a.txt', 'text/plain'],
    ['a.docx', DOCX],
    ['a', ''],
  ])('is refused as %s (%s)', (name, type) =>
    expectRefused('raw', { bytes: program, name, type }, /^Raw file format exe not allowed/),
  )
})

describe('a refusal', () => {
  it('names the sent, the detected and the accepted formats by their usual names', async () => {
    const limits = JSON.stringify({ accept: ['image/png'] })
    const send = async (path: string, file: Sent) => {
      const form = formOf(signed(UPLOAD_KEY, { limits }), file)
      return (await running.post(`${path}/upload`, form)).json.error.message
    }
    const mp3 = Buffer.concat([
      Buffer.from('ID3\x03\0\0\0\0\0\0\xff\xfb\x90\x64', 'latin1'),
      Buffer.alloc(413),
    ])
    expect(
      await send('raw', { bytes: compoundFileOf(['Workbook']), name: 'a.xls', type: '' }),
    ).toBe('Raw file format xls not allowed: the signed limits accepts image/png (accept)')
    expect(await send('raw', { bytes: mp3, name: 'a.mp3', type: 'audio/mp3' })).toBe(
      'Raw file format mp3 not allowed: the signed limits accepts image/png (accept)',
    )
    expect(
      await send('image', { bytes: pictures.jpeg as Buffer, name: 'a.jpg', type: 'image/png' }),
    ).toBe(
      'Image file format jpg not allowed: the signed limits accepts image/png (accept). The file was sent as image/png, it is image/jpeg',
    )
  })
})

describe('allowed_formats', () => {
  it.each([
    ['tiff', 'a.tif', 'image'],
    ['JPEG', 'a.jpg', 'image'],
  ])('knows the spellings of one format: %s', async (allowed, name, path) => {
    const bytes = pictures[name === 'a.tif' ? 'tiff' : 'jpeg'] as Buffer
    const form = formOf(signed(FULL_KEY, { allowed_formats: allowed }), { bytes, name })
    expect((await running.post(`${path}/upload`, form)).status).toBe(200)
  })
})

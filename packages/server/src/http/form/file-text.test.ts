import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openFileText } from './file-text.js'
import type { IncomingFile } from './read-form.js'

async function* pieces(...texts: readonly (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text)
}

async function bytesOf({ bytes }: IncomingFile): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Opens a field. Returns its source, declared type and file name, and its bytes as text. */
async function read(text: string, options?: Parameters<typeof openFileText>[1]) {
  const file = await openFileText(pieces(...(text.match(/.{1,3}/gsu) ?? [])), options)
  const { source, mimeType, filename } = file
  return { source, mimeType, filename, text: (await bytesOf(file)).toString('utf8') }
}

const NO_TYPE = 'application/octet-stream'

describe('a data URI', () => {
  it.each([
    ['data:text/plain;base64,aGVsbG8=', 'text/plain', 'hello'],
    ['data:;base64,aGVsbG8=', NO_TYPE, 'hello'],
    ['DATA:Image/PNG;BASE64,aGVsbG8=', 'image/png', 'hello'],
    ['data:text/plain;charset=utf-8;base64,aGVsbG8=', 'text/plain', 'hello'],
    ['data:text/plain; charset=utf-8; base64,aGVsbG8=', 'text/plain', 'hello'],
    ['  \r\n data:text/plain;base64,aGVsbG8=\r\n', 'text/plain', 'hello'],
    // PowerShell and Notepad write a byte-order mark at the start of a text file, and curl sends the file unchanged.
    ['\ufeffdata:text/plain;base64,aGVsbG8=\r\n', 'text/plain', 'hello'],
    ['data:text/plain;base64,aGVsbG8%3D', 'text/plain', 'hello'],
    ['data:text/plain;base64,%61%47Vs%0D%0AbG8', 'text/plain', 'hello'],
    ['data:;base64,', NO_TYPE, ''],
    ['data:,', NO_TYPE, ''],
    ['data:,hello', NO_TYPE, 'hello'],
    ['data:,a%2Cb,c', NO_TYPE, 'a,b,c'],
    ['data:text/plain;charset=utf-8,%E2%82%AC%20é', 'text/plain', '€ é'],
    // Like browsers, the server keeps a % without two hex digits.
    [
      'data:image/svg+xml;utf8,<svg width="100%" fill="%23fff"/>',
      'image/svg+xml',
      '<svg width="100%" fill="#fff"/>',
    ],
    ['data:,100%', NO_TYPE, '100%'],
    ['data:,%zz%4', NO_TYPE, '%zz%4'],
    ['data:text/plain,line\nline', 'text/plain', 'line\nline'],
  ])('is read: %j', async (uri, mimeType, text) => {
    expect(await read(uri)).toEqual({ source: 'data', mimeType, filename: undefined, text })
  })

  it('keeps a byte that is not UTF-8', async () => {
    const file = await openFileText(pieces('data:text/plain;charset=iso-8859-1,caf%E9'))
    expect(await bytesOf(file)).toEqual(Buffer.from('café', 'latin1'))
  })

  it('may contain the name of its file', async () => {
    expect(await read('data:image/png;name=a%20b.png;base64,AAAA')).toMatchObject({
      filename: 'a b.png',
    })
    expect(await read('data:image/png;filename=c.png;base64,AAAA')).toMatchObject({
      filename: 'c.png',
    })
    expect(await read('data:image/png;name=100%.png;base64,AAAA')).toMatchObject({
      filename: '100%.png',
    })
    expect(await read('data:image/png;name="a b.png";base64,AAAA')).toMatchObject({
      filename: 'a b.png',
    })
  })

  it.each([
    'data:image/png;name=a,b.png;base64,AAAA',
    'data:image/png;name="a, b, c.png";base64,AAAA',
    'data:text/plain;charset=utf-8;filename=Müller, Köln; 2024.txt; base64,AAAA',
  ])('is refused with a comma in its name, which ends the header: %s', async (uri) => {
    await expect(read(uri)).rejects.toThrow(
      'Invalid file - the data URI has a comma in the name of its file: send it as %2C',
    )
  })

  it('may have a file name, and text with other data URIs and commas', async () => {
    const css = 'a,b{background:url(data:image/png;base64,AAAA)}'
    expect(await read(`data:text/css;name=a.css,${css}`)).toMatchObject({
      filename: 'a.css',
      text: css,
    })
    const long = `a,b;${' base64'.repeat(1000)}`
    expect(await read(`data:text/plain;name=a.txt,${long}`)).toMatchObject({ text: long })
  })

  it.each([
    ['data:image/png', 'has no comma in its first 4096 bytes'],
    [`data:image/png${';x=y'.repeat(2000)},AAAA`, 'has no comma in its first 4096 bytes'],
    [
      'data:image/png;base64;charset=utf-8,AAAA',
      'must have ;base64 directly in front of its comma',
    ],
    ['data:base64,AAAA', 'must have ;base64 directly in front of its comma'],
  ])('is refused with an invalid header: %s', async (uri, reason) => {
    await expect(read(uri)).rejects.toThrow(`Invalid file - the data URI ${reason}`)
  })

  it.each([
    'data:;base64,!',
    'data:;base64,data:;base64,AAAA',
    'data:;base64,%2',
    'data:;base64,AAAA#a',
  ])('%j is refused while its bytes are read', async (uri) => {
    await expect(read(uri)).rejects.toMatchObject({ code: 'PARAM_INVALID' })
  })
})

describe('any other text', () => {
  it('is an address to fetch', async () => {
    expect(await openFileText(pieces('https://example.com/', 'a.png\n'))).toMatchObject({
      source: 'url',
      url: 'https://example.com/a.png',
    })
    expect(await openFileText(pieces())).toMatchObject({ source: 'url', url: '' })
    expect(await openFileText(pieces('d', 'ata'))).toMatchObject({ source: 'url', url: 'data' })
  })

  it('is refused if it is longer than an address', async () => {
    const long = pieces(`https://example.com/${'a'.repeat(16_384)}`)
    await expect(openFileText(long)).rejects.toThrow('an address of at most 16384 bytes')
  })
})

describe('a field that may be bytes', () => {
  const orBytes = { mimeType: 'text/plain', canBeAddress: true }

  it('is an address if it is one line of text, and a data URI if it begins like one', async () => {
    expect(await read('https://example.com/ü.png', { orBytes })).toMatchObject({ source: 'url' })
    expect(await read('data:;base64,aGVsbG8=', { orBytes })).toMatchObject({
      source: 'data',
      text: 'hello',
    })
  })

  it('is bytes if it contains characters that no line of text has', async () => {
    const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex')
    for (const content of [jpeg, Buffer.from('a,b\n1,2\n'), Buffer.from('café', 'latin1')]) {
      const file = await openFileText(pieces(content), { orBytes })
      expect(file).toMatchObject({ source: 'file', mimeType: 'text/plain' })
      expect(await bytesOf(file)).toEqual(content)
    }
    expect(await read('x'.repeat(20_000), { orBytes })).toMatchObject({ source: 'file' })
  })

  it('is bytes if its declared type is not text/plain', async () => {
    const csv = { mimeType: 'text/csv', canBeAddress: false }
    expect(await read('a,b', { orBytes: csv })).toMatchObject({ source: 'file', text: 'a,b' })
    expect(await read('data:,a', { orBytes: csv })).toMatchObject({ source: 'data', text: 'a' })
    const content = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array))
    await fc.assert(
      fc.asyncProperty(content, fc.nat(300), async (bytes, at) => {
        const parts = pieces(bytes.subarray(0, at), bytes.subarray(at))
        expect(await bytesOf(await openFileText(parts, { orBytes: csv }))).toEqual(bytes)
      }),
    )
  })
})

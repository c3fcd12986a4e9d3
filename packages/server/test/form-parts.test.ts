import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  FULL_KEY,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from './running-server.js'

let photo: Buffer
let running: RunningServer

beforeAll(async () => {
  const create = { width: 6, height: 4, channels: 3, background: '#4060a0' } as const
  photo = await sharp({ create }).png().toBuffer()
  running = await startTestServer()
})
afterAll(() => running.close())

type Part = readonly [headers: string, content: string | Buffer]

/** Sends a form with hand-written parts, as non-browser clients do. */
async function send(
  parts: readonly Part[],
  { path = 'image/upload', eol = '\r\n', end = '--b--\r\n' } = {},
) {
  const chunks = parts.flatMap(([headers, content]) => [
    Buffer.from(`--b${eol}Content-Disposition: form-data; ${headers}${eol}${eol}`),
    Buffer.from(content),
    Buffer.from(eol),
  ])
  const body = new Uint8Array(Buffer.concat([...chunks, Buffer.from(end)]))
  return running.post(path, body, { 'content-type': 'multipart/form-data; boundary=b' })
}

const fields = (key = UPLOAD_KEY, params = {}): Part[] =>
  Object.entries(signed(key, params)).map(([name, value]) => [`name="${name}"`, value])

describe('a file part', () => {
  it.each([
    ['without a name', 'name="file"\r\nContent-Type: image/png'],
    ['with a blank name', 'name="file"; filename=""\r\nContent-Type: image/png'],
    ['without a name and a type', 'name="file"'],
    ['with a blank name and no type', 'name="file"; filename=""'],
    ['without a name, as text', 'name="file"\r\nContent-Type: text/plain; charset=UTF-8'],
    ['without a name, as bytes', 'name="file"\r\nContent-Type: application/octet-stream'],
    ['with a name and no type', 'name="file"; filename="a.png"'],
    ['with an unquoted name', 'name=file; filename=a.png\r\nContent-Type: image/png'],
  ])('%s is stored as its bytes, also with an upload key', async (_, headers) => {
    const { status, json } = await send([...fields(), [headers, photo]])
    expect({ status, json }).toMatchObject({
      status: 200,
      json: { format: 'png', bytes: photo.length },
    })
    const first = await send([[headers, photo], ...fields()])
    expect(first.json).toMatchObject({ format: 'png', bytes: photo.length })
  })

  it('without a name is text if it is an address or a data URI', async () => {
    for (const type of ['', '\r\nContent-Type: text/plain; charset=ISO-8859-1']) {
      const head = `name="file"${type}`
      const uri = `data:image/png;base64,${photo.toString('base64')}`
      const data = await send([...fields(FULL_KEY), [head, uri]])
      expect(data.json).toMatchObject({ format: 'png', bytes: photo.length })
      const address = await send([...fields(FULL_KEY), [head, 'http://127.0.0.1:1/a.png']])
      expect(address).toMatchObject({ status: 400 })
      expect(address.json.error.message).toContain('127.0.0.1')
      const path = await send([...fields(FULL_KEY), [head, '/home/me/a.png']], {
        path: 'raw/upload',
      })
      expect(path.json.error.message).toMatch(/^The file is neither bytes/)
    }
  })

  it('without a name is bytes if its text cannot be an address', async () => {
    const path = 'raw/upload'
    const lines = await send([...fields(FULL_KEY), ['name="file"', 'a,b\n1,2\n']], { path })
    expect(lines.json).toMatchObject({ bytes: 8 })
    const typed = ['name="file"\r\nContent-Type: text/csv', 'a,b'] as const
    expect((await send([...fields(FULL_KEY), typed], { path })).json).toMatchObject({ bytes: 3 })
  })

  it('reads the text of a data URI in the charset of its part', async () => {
    const head = 'name="file"\r\nContent-Type: text/plain; charset=ISO-8859-1'
    const latin1 = Buffer.from('data:text/plain,café', 'latin1')
    const raw = await send([...fields(FULL_KEY), [head, latin1]], { path: 'raw/upload' })
    expect(raw.json).toMatchObject({ bytes: Buffer.byteLength('café') })
    const wide = head.replace('ISO-8859-1', 'utf-16')
    expect((await send([...fields(FULL_KEY), [wide, latin1]])).json.error.message).toBe(
      'file is in an unknown charset: send UTF-8',
    )
  })

  it('is decoded if its transfer encoding is base64, and refused if it is quoted-printable', async () => {
    const head = 'name="file"; filename="a.png"\r\nContent-Transfer-Encoding: '
    const text = photo.toString('base64').replaceAll(/.{76}/g, '$&\r\n')
    const decoded = await send([...fields(), [`${head}base64`, text]])
    expect(decoded.json).toMatchObject({ format: 'png', bytes: photo.length })
    expect((await send([...fields(), [`${head}base64`, photo]])).status).toBe(400)
    const refused = await send([...fields(), [`${head}quoted-printable`, text]])
    expect(refused.json.error.message).toContain('received quoted-printable')
  })

  it('may occur only once, as bytes or as text', async () => {
    const two = await send([...fields(), ['name="file"', photo], ['name="file"', 'data:,a']])
    expect(two.json.error.message).toBe('A form may have 1 file at most')
  })
})

it('reads a field of type application/octet-stream as a field', async () => {
  const typed = fields().map(
    ([head, value]): Part => [`${head}\r\nContent-Type: application/octet-stream`, value],
  )
  expect((await send([...typed, ['name="file"', photo]])).status).toBe(200)
})

describe('the name of a file', () => {
  it.each([
    ['say %22hi%22.png', 'say "hi"'],
    ['say \\"hi\\".png', 'say "hi"'],
    ['50% off.png', '50% off'],
    ['a%20b.png', 'a%20b'],
    ['C:\\\\photos\\\\sea.png', 'sea'],
    ['../../sea.png', 'sea'],
    ['=?utf-8?B?w7xiZXIucG5n?=', 'über'],
    ['=?UTF-8?Q?=C3=BCber_all.png?=', 'über all'],
    ['=?utf-8?B?w7xi?= =?utf-8?B?ZXIucG5n?=', 'über'],
    ['=?utf-8?B?w7xiZXI/?=', 'über?'],
    ['=?iso-8859-1?Q?=FCber.png?=', 'über'],
    ['=?x-none?B?w7xi?=.png', '=?x-none?B?w7xi?='],
    ['a=?utf-8?B?w7xi?=.png', 'a=?utf-8?B?w7xi?='],
  ])('is read: %s is %s', async (written, name) => {
    const part = `name="file"; filename="${written}"\r\nContent-Type: image/png`
    const { json } = await send([...fields(), [part, photo]])
    expect(json).toMatchObject({ original_filename: name })
  })

  it('is the value of filename*', async () => {
    const part = `name="file"; filename="x.png"; filename*=UTF-8''%C3%BCber%2522.png`
    const { json } = await send([...fields(), [part, photo]])
    expect(json).toMatchObject({ original_filename: 'über%22' })
  })
})

it('refuses a form without its closing boundary', async () => {
  const named = 'name="file"; filename="a.png"'
  const cut = await send([...fields(), [named, photo]], { end: '' })
  expect(cut.json.error.message).toMatch(/closing boundary is missing$/)
  expect((await send([...fields(), [named, photo]], { end: '--b--' })).status).toBe(200)
})

it('reads a form whose lines end with LF, and keeps every byte of its file', async () => {
  const text = Buffer.from('a\r\n--bb\r\n\n')
  const part = ['name="file"; filename="a.txt"', text] as const
  const path = 'raw/upload'
  const { json } = await send([...fields(FULL_KEY), part], { path, eol: '\n', end: '--b--\n' })
  expect(json).toMatchObject({ bytes: text.length })
  expect(await (await fetch(json.url)).text()).toBe(String(text))
})

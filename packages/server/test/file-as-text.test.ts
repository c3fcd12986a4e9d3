import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  FULL_KEY,
  formOf,
  type Kept,
  type RunningServer,
  signed,
  startTestServer,
} from './running-server.js'

/** Bytes whose base64 contains both + and /. */
const CONTENT = Buffer.from(Array.from({ length: 298 }, (_, at) => (at * 37 + 251) & 255))
const BASE64 = CONTENT.toString('base64')
const uri = (base64: string): string => `data:application/octet-stream;base64,${base64}`
const wrapped = (end: string): string => BASE64.match(/.{1,76}/g)?.join(end) ?? ''

let running: RunningServer
let before: Kept
beforeAll(async () => {
  running = await startTestServer()
})
beforeEach(async () => {
  before = await running.kept()
})
afterAll(() => running.close())

const text = (contentType: string, body: string, path = 'raw/upload') =>
  running.post(path, body, { 'content-type': contentType })

/** Sends a `file` that is text in each form encoding. */
const ENCODINGS = {
  multipart: (file: string) => running.post('raw/upload', formOf({ ...signed(FULL_KEY), file })),
  urlencoded: (file: string) =>
    text(
      'application/x-www-form-urlencoded',
      new URLSearchParams({ ...signed(FULL_KEY), file }).toString(),
    ),
  JSON: (file: string) => text('application/json', JSON.stringify({ ...signed(FULL_KEY), file })),
}

async function expectStored(answer: Promise<{ status: number; json: unknown }>): Promise<void> {
  const etag = createHash('md5').update(CONTENT).digest('hex')
  const { status, json } = await answer
  expect({ status, json }).toMatchObject({ status: 200, json: { bytes: CONTENT.length, etag } })
}

async function expectRefused(
  answer: Promise<{ status: number; json: { error: { message: string } } }>,
  reason: string,
): Promise<void> {
  const { status, json } = await answer
  expect({ status, message: json.error?.message }).toEqual({
    status: 400,
    message: expect.stringContaining(reason),
  })
  expect(await running.kept()).toEqual(before)
}

describe.each(Object.entries(ENCODINGS))('a data URI in a form that is %s', (_, send) => {
  it.each([
    ['as it is', uri(BASE64)],
    ['in lines that end with LF', uri(wrapped('\n'))],
    ['in lines that end with CRLF', uri(wrapped('\r\n'))],
    ['percent-encoded', uri(encodeURIComponent(BASE64))],
    ['in the alphabet for URLs, without padding', uri(CONTENT.toString('base64url'))],
    ['with a charset and in capitals', `DATA:Text/Plain;charset=utf-8;BASE64,${BASE64}`],
  ])('is stored as its bytes: %s', (_, file) => expectStored(send(file)))

  it.each([
    ['text that is not base64', uri('not base64 at all!! %%%'), 'has "!" after'],
    ['the prefix twice', uri(uri(BASE64)), 'begins with a second data:'],
    ['a text cut short', uri(BASE64.slice(0, -3)), 'is cut off or damaged'],
    ['data after the padding', uri(`${BASE64}${BASE64}`), 'has data after its padding'],
    ['bits that no byte holds', uri('AB=='), 'cannot end in "AB"'],
    ['a header without a comma', 'data:image/png;base64', 'has no comma'],
    ['nothing', uri(''), 'Empty file'],
  ])('is refused, and nothing is stored: %s', (_, file, reason) =>
    expectRefused(send(file), reason),
  )
})

it.each(['multipart', 'JSON'] as const)(
  'refuses base64 with spaces in place of + in a form that is %s',
  async (encoding) => {
    const damaged = uri(BASE64.replaceAll('+', ' '))
    await expectRefused(ENCODINGS[encoding](damaged), 'lost + characters')
  },
)

describe('a url-encoded form without escapes', () => {
  const send = (file: string) =>
    text(
      'application/x-www-form-urlencoded',
      `${new URLSearchParams(signed(FULL_KEY))}&file=${file}`,
    )

  it('is stored as its bytes, because an unescaped + counts as a + of the base64', () =>
    expectStored(send(uri(BASE64))))

  it('keeps the type image/svg+xml, and reads a + of text as a space', async () => {
    const svg = `<svg xmlns='http://www.w3.org/2000/svg' width='9' height='7'/>`
    const { json } = await text(
      'application/x-www-form-urlencoded',
      `${new URLSearchParams(signed(FULL_KEY))}&file=data:image/svg+xml,${svg.replaceAll(' ', '+')}`,
      'image/upload',
    )
    const etag = createHash('md5').update(svg).digest('hex')
    expect(json).toMatchObject({ format: 'svg', etag })
  })

  it('is refused with two files', () =>
    expectRefused(send(`${uri(BASE64)}&file=${uri('')}`), 'file was sent more than once'))
})

describe('a JSON form', () => {
  /** Returns the members of a signed form as JSON, without the braces. */
  const fields = (key = FULL_KEY): string => JSON.stringify(signed(key)).slice(1, -1)
  const send = (body: string | Uint8Array<ArrayBuffer>, path?: string) =>
    running.post(path ?? 'raw/upload', body, { 'content-type': 'application/json' })
  const file = (string: string): string => `"file":"${string}"`
  const everyCharacter = (text: string): string =>
    [...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')

  it.each([
    ['+ as \\u002B', uri(BASE64).replaceAll('+', '\\u002B')],
    ['= as \\u003d', uri(BASE64).replaceAll('=', '\\u003d')],
    ['/ as \\/', uri(BASE64).replaceAll('/', '\\/')],
    ['lines as \\r\\n', uri(wrapped('\\r\\n'))],
    ['lines as \\u000a', uri(wrapped('\\u000A'))],
    ['every character escaped', everyCharacter(uri(BASE64))],
  ])('may escape characters of its file: %s', (_, string) =>
    expectStored(send(`{${fields()},${file(string)}}`)),
  )

  it('may have its file at any position, escaped keys and any white space', async () => {
    const string = file(uri(BASE64))
    await expectStored(send(`{${string},${fields()}}`))
    await expectStored(send(`\ufeff \r\n\t{ ${fields()} ,\n${string.replace(':', ' :\t')} } \n`))
    await expectStored(send(`{${string.replace('file', '\\u0066il\\u0065')},${fields()}}`))
    const [first, ...others] = fields().split(',')
    await expectStored(send(`{${first},${string},${others.join(',')}}`))
  })

  it('reads its file at the top level only', async () => {
    const other = JSON.stringify({ file: 'data:;base64,AAAA', a: 'data:,"}],{[:\\', b: ['file'] })
    await expectStored(send(`{"other":${other},${fields()},${file(uri(BASE64))}}`))
    await expectStored(send(`{${file(uri(BASE64))},${fields()},"other":${other}}`))
  })

  it('keeps quotes, line breaks and surrogate pairs in text', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg">\n<title>😀 é</title>\n</svg>'
    const string = JSON.stringify(`data:image/svg+xml;utf8,${svg}`).slice(1, -1)
    for (const spelling of [string, string.replace('😀', '\\ud83d\\uDE00')]) {
      const { json } = await send(`{${fields()},${file(spelling)}}`, 'image/upload')
      const etag = createHash('md5').update(svg).digest('hex')
      expect(json).toMatchObject({ format: 'svg', etag })
    }
  })

  it.each([
    ['an escape that is none', `{FIELDS,${file(`${uri('AAAA')}\\x41`)}}`, 'not JSON'],
    ['a line break in a string', `{FIELDS,${file(uri('AAAA\nAAAA'))}}`, 'not JSON'],
    ['a missing brace', `{FIELDS,${file(uri('AAAA'))}`, 'not JSON'],
    ['a string without an end', `{FIELDS,"file":"${uri('AAAA')}`, 'not JSON'],
    ['text behind the object', `{FIELDS,${file(uri('AAAA'))}}{}`, 'not JSON'],
    ['text behind the file', `{FIELDS,${file(uri('AAAA'))} "AAAA"}`, 'not JSON'],
    ['a comma too many', `{${file(uri('AAAA'))},FIELDS,}`, 'not JSON'],
    ['two files', `{FIELDS,${file(uri('AAAA'))},${file(uri('BBBB'))}}`, 'file was sent more'],
    ['a field twice', `{FIELDS,${file(uri('AAAA'))},"tags":"a","tags":"b"}`, 'tags was sent more'],
    ['a file that is a list', `{FIELDS,"file":["${uri('AAAA')}"]}`, 'received an array'],
    ['a file that is a number', '{FIELDS,"file":1}', 'received a value of type number'],
    ['no file', '{FIELDS,"file":null}', 'Missing required parameter - file'],
    ['half a pair', `{FIELDS,${file('data:,\\ud83dx')}}`, 'half a surrogate pair'],
    ['half a pair at the end', `{FIELDS,${file('data:,\\ud83d')}}`, 'half a surrogate pair'],
    ['a list around it', `[{FIELDS,${file(uri('AAAA'))}}]`, 'not a JSON object'],
  ])('is refused, and nothing is stored: %s', (_, body, reason) =>
    expectRefused(send(body.replace('FIELDS', fields())), reason),
  )

  it('is refused if it is not UTF-8', async () => {
    const body = Buffer.from(`{${fields()},${file('data:,caf\u00e9')}}`, 'latin1')
    await expectRefused(send(new Uint8Array(body)), 'not UTF-8')
  })
})

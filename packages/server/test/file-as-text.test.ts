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

/** Bytes whose base64 has both + and /. */
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

/** How each encoding of a form carries a `file` that is text. */
const ENCODINGS = {
  multipart: (file: string) => running.post('raw/upload', formOf({ ...signed(FULL_KEY), file })),
  urlencoded: (file: string) =>
    text(
      'application/x-www-form-urlencoded',
      new URLSearchParams({ ...signed(FULL_KEY), file }).toString(),
    ),
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
    ['text that is no base64', uri('not base64 at all!! %%%'), 'has "!" behind'],
    ['the prefix twice', uri(uri(BASE64)), 'begins with data: once more'],
    ['a text cut short', uri(BASE64.slice(0, -3)), 'is cut off or damaged'],
    ['data behind the padding', uri(`${BASE64}${BASE64}`), 'has data after its padding'],
    ['bits that no byte holds', uri('AB=='), 'cannot end in "AB"'],
    ['a header without a comma', 'data:image/png;base64', 'has no comma'],
    ['nothing', uri(''), 'Empty file'],
  ])('is refused, and nothing is stored: %s', (_, file, reason) =>
    expectRefused(send(file), reason),
  )
})

it.each(['multipart'] as const)(
  'refuses base64 whose pluses became spaces in a form that is %s',
  async (encoding) => {
    const damaged = uri(BASE64.replaceAll('+', ' '))
    await expectRefused(ENCODINGS[encoding](damaged), 'lost + characters')
  },
)

describe('a url-encoded form whose client encoded nothing', () => {
  const send = (file: string) =>
    text(
      'application/x-www-form-urlencoded',
      `${new URLSearchParams(signed(FULL_KEY))}&file=${file}`,
    )

  it('is stored as its bytes: a + that arrives as it is was a + of the base64', () =>
    expectStored(send(uri(BASE64))))

  it('keeps the type image/svg+xml, and a + of text is a space', async () => {
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

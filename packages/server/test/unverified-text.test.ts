import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import {
  CLOUD,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
} from './running-server.js'

const KIB = 1024
let running: RunningServer
let open: Socket[] = []

beforeAll(async () => {
  running = await startTestServer({
    maxUnverifiedTextBytesPerAddress: 100 * KIB,
    maxUnverifiedTextBytes: 100 * KIB,
  })
})
afterEach(async () => {
  for (const socket of open) socket.destroy()
  open = []
  await expect.poll(async () => (await running.kept()).staged).toBe(0)
})
afterAll(() => running.close())

/** Starts a request that never ends. */
function begin(contentType: string, body: string, path = `/v1_1/${CLOUD}/raw/upload`): Socket {
  const socket = connect(Number(new URL(running.address).port), '127.0.0.1')
  open.push(socket)
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${contentType}`
  socket.write(`${head}\r\nContent-Length: 90000000\r\n\r\n${body}`)
  return socket
}

async function answerOf(socket: Socket): Promise<string> {
  const [chunk] = await once(socket, 'data')
  return String(chunk)
}

/** Start of a form in each encoding: 60 KiB of a field, without a file. */
const FIELDS: readonly (readonly [encoding: string, contentType: string, body: string])[] = [
  ['JSON', 'application/json', `{"context":"${'x'.repeat(60 * KIB)}`],
  ['url-encoded', 'application/x-www-form-urlencoded', `context=${'x'.repeat(60 * KIB)}`],
  [
    'multipart',
    'multipart/form-data; boundary=b',
    `--b\r\nContent-Disposition: form-data; name="context"\r\n\r\n${'x'.repeat(60 * KIB)}`,
  ],
]

it.each(FIELDS)(
  'refuses a form that is %s if unverified requests in any encoding keep too much memory',
  async (_, contentType, body) => {
    const answers = FIELDS.map(([, type, text]) => answerOf(begin(type, text)))
    // Two of three forms fit. Each keeps 44 KiB above the bytes that do not count.
    expect(await Promise.race(answers)).toContain('429')
    const answer = await answerOf(begin(contentType, body))
    expect(answer).toMatch(/^HTTP\/1\.1 429 /)
    expect(answer).toMatch(/\r\nretry-after: \d+\r\n/i)
    expect(answer).toContain('Too many large unverified forms at once')

    const file = { bytes: Buffer.from('hello'), name: 'a.txt' }
    const ordinary = await running.post('raw/upload', formOf(signed(FULL_KEY), file))
    expect(ordinary.status).toBe(200)
  },
)

it('frees memory when a request ends, and does not count a verified request', async () => {
  const [, contentType = '', body = ''] = FIELDS[0] ?? []
  const first = begin(contentType, body)
  begin(contentType, body)
  expect(await answerOf(begin(contentType, body))).toMatch(/^HTTP\/1\.1 429 /)
  first.destroy()
  const context = `a=${'x'.repeat(8000)}`
  const fields = signed(FULL_KEY, { context, tags: 't'.repeat(40), public_id: 'large' })
  // The fields of the request exceed the bytes that do not count.
  const other = { ...fields, other: 'y'.repeat(60 * KIB) }
  await expect
    .poll(
      async () =>
        (
          await running.post('raw/upload', JSON.stringify({ ...other, file: 'data:,a' }), {
            'content-type': 'application/json',
          })
        ).status,
    )
    .toBe(200)
})

it('keeps no text of a file in memory', async () => {
  const text = 'A'.repeat(900 * KIB)
  for (const [contentType, start] of [
    ['application/json', '{"file":"data:;base64,'],
    ['application/x-www-form-urlencoded', 'file=data:;base64,'],
    [
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\ndata:;base64,',
    ],
  ] as const) {
    const before = (await running.kept()).staged
    const socket = begin(contentType, start + text)
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
    })
    await expect.poll(async () => (await running.kept()).staged).toBe(before + 1)
    expect(answer).toBe('')
  }
})

it('reads no body on an unknown path', async () => {
  const answer = await answerOf(begin('application/json', '{"a":"', '/nothing/here'))
  expect(answer).toMatch(/^HTTP\/1\.1 404 /)
})

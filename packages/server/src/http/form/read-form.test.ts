import type { IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { DEFAULT_SERVER_LIMITS } from '../../limits.js'
import { openForm } from './read-form.js'

/** Creates a request whose last byte has arrived, but whose body is not read to its end. */
function laggingRequest(contentType: string): PassThrough & IncomingMessage {
  const request = new PassThrough()
  const message = { headers: { 'content-type': contentType }, complete: true }
  return Object.assign(request, message) as unknown as PassThrough & IncomingMessage
}

const open = (request: IncomingMessage) =>
  openForm(request, new URLSearchParams(), { limits: DEFAULT_SERVER_LIMITS })

async function drain(bytes: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of bytes);
}

describe('a connection that closes before the form is read to its end', () => {
  it('causes CONNECTION_LOST even if the whole form has arrived, and ends the reader of the file', async () => {
    const request = laggingRequest('multipart/form-data; boundary=b')
    let hasEnded = false
    const reading = open(request).read(async ({ bytes }) => {
      request.destroy()
      await drain(bytes).finally(() => {
        hasEnded = true
      })
    })
    request.write('--b\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\nabc')
    await expect(reading).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    expect(hasEnded).toBe(true)
  })

  it('causes CONNECTION_LOST for a text body, and before the first byte is read', async () => {
    const text = laggingRequest('application/json')
    const reading = open(text).read(async () => {})
    text.destroy()
    await expect(reading).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    const gone = laggingRequest('multipart/form-data; boundary=b')
    gone.destroy()
    await expect(open(gone).read(async () => {})).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
    })
  })
})

it('ignores text around the parts, even if the text looks like parts', async () => {
  const request = laggingRequest('multipart/form-data; boundary=b')
  const form = open(request)
  let files = 0
  const reading = form.read(async ({ bytes }) => {
    files += 1
    await drain(bytes)
  })
  const part = (name: string, value: string) =>
    `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  request.write(`preamble --b\r\n\r\n${part('tags', 'a')}--b--\r\n${part('tags', 'b')}`)
  request.end(`${part('file', 'abc')}--b--\r\n`)
  await reading
  expect({ files, tags: form.fields.text('tags') }).toEqual({ files: 0, tags: 'a' })
})

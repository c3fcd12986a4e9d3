import type { IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { DEFAULT_SERVER_LIMITS } from '../limits.js'
import { openForm } from './read-form.js'

/** A request as Node leaves it when its last byte has arrived and its reader lags behind. */
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

describe('a connection that closes before the form was read to its end', () => {
  it('is lost, although all of it was on the wire, and the file is let go of', async () => {
    const request = laggingRequest('multipart/form-data; boundary=b')
    let isLetGo = false
    const reading = open(request).read(async ({ bytes }) => {
      request.destroy()
      await drain(bytes).finally(() => {
        isLetGo = true
      })
    })
    request.write('--b\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\nabc')
    await expect(reading).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    expect(isLetGo).toBe(true)
  })

  it('is lost as text too, and before anything was read', async () => {
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

describe('a form whose closing boundary comes too early', () => {
  it('is refused where a file begins behind it in the same chunk, and does not wait for its end', async () => {
    const request = laggingRequest('multipart/form-data; boundary=b')
    const reading = open(request).read(({ bytes }) => drain(bytes))
    const head = 'content-disposition: form-data; name="file"; filename="x"'
    request.write(`--b--\r\n--b\r\nx\r\n--b\r\n${head}\r\n\r\nabc`)
    request.end('def\r\n--b--\r\n')
    await expect(reading).rejects.toMatchObject({ code: 'BODY_INVALID' })
  })
})

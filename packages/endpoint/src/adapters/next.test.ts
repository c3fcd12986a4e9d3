import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { NextApiHandler } from 'next'
import { afterEach, describe, expect, it } from 'vitest'
import { demoHandler, signBody } from '../../test/demo-handler.js'
import { toPagesHandler } from './next.js'

let server: Server | undefined

afterEach(() => {
  server?.close()
})

const HEADERS = { 'content-type': 'application/json', cookie: 'session=alice' }

/** Serves the handler like Next. With `parse`, the body is read and set on the request before the handler runs. */
async function listen(parse?: (text: string) => unknown): Promise<string> {
  const handler = toPagesHandler(demoHandler())
  const listening = createServer(
    async (request: IncomingMessage & { body?: unknown }, response: ServerResponse) => {
      if (parse) {
        let text = ''
        for await (const part of request) text += part
        request.body = parse(text)
      }
      await handler(request, response)
    },
  )
  server = listening
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}/api/pages/sign-cloudinary-params`
}

describe('toPagesHandler', () => {
  it.each<[string, ((text: string) => unknown) | undefined]>([
    ['a raw stream', undefined],
    ['a body that Next parsed', (text) => JSON.parse(text)],
    ['a body that Next left a text', (text) => text],
    ['a body of bytes', (text) => Buffer.from(text)],
  ])('signs %s', async (_, parse) => {
    const response = await fetch(await listen(parse), {
      method: 'POST',
      headers: HEADERS,
      body: signBody(),
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await response.json()).toMatchObject({ cloud_name: 'demo' })
  })

  it('responds to GET, a missing user, another origin and other methods like in the App Router', async () => {
    const url = await listen()
    const status = async (init: RequestInit) => (await fetch(url, init)).status
    expect(await status({ headers: { cookie: 'session=alice' } })).toBe(200)
    expect(
      await status({
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: signBody(),
      }),
    ).toBe(401)
    expect(
      await status({
        method: 'POST',
        headers: { ...HEADERS, origin: 'https://evil.example' },
        body: signBody(),
      }),
    ).toBe(403)
    expect(
      await status({
        method: 'POST',
        headers: { ...HEADERS, origin: new URL(url).origin },
        body: signBody(),
      }),
    ).toBe(200)
    expect(await status({ method: 'DELETE' })).toBe(405)
  })

  it('refuses a stream over 16 KiB without a declared length', async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(`{"paramsToSign":{}}${' '.repeat(20_000)}`))
        controller.close()
      },
    })
    const init: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      headers: HEADERS,
      body,
      duplex: 'half',
    }
    expect((await fetch(await listen(), init)).status).toBe(413)
  })

  it('has the type of a Pages Router handler', () => {
    const handler: NextApiHandler = toPagesHandler(demoHandler())
    expect(handler).toBeTypeOf('function')
  })
})

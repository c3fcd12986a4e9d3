import { type ClientRequest, createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { demoHandler, signBody } from '../../test/demo-handler.js'
import type { SignHandlerConfig } from '../index.js'
import { toNodeListener } from './node.js'

async function ask(authorize: SignHandlerConfig<{ id: string; plan: 'free' }>['authorize']) {
  const server = createServer(toNodeListener(demoHandler({ authorize: authorize as never })))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}/sign?a=1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: signBody(),
  })
  server.close()
  return response.status
}

it('can be cloned in authorize, and its body can still be read and signed', async () => {
  const seen: unknown[] = []
  const status = await ask(async (request) => {
    const clone = request.clone()
    seen.push(request instanceof Request, new URL(request.url).pathname, request.method)
    seen.push((await clone.json()).paramsToSign.source, request.bodyUsed, request.signal.aborted)
    seen.push(new Request(request.clone()).headers.get('content-type'))
    return { id: 'alice', plan: 'free' }
  })
  expect(seen).toEqual([true, '/sign', 'POST', 'uw', false, false, 'application/json'])
  expect(status).toBe(200)
})

it('gives 500 with the reason in the log if authorize read the body itself', async () => {
  const status = await ask(async (request) => {
    await request.text()
    return { id: 'alice', plan: 'free' }
  })
  expect(status).toBe(500)
})

it('gives a 413 that the client receives if a body without a length is too large', async () => {
  const server = createServer(toNodeListener(demoHandler({})))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const headers = { 'content-type': 'application/json', cookie: 'session=alice' }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request({ port, method: 'POST', headers }, resolve).on('error', reject)
    for (let part = 0; part < 8; part += 1) sent.write('a'.repeat(4096))
    sent.end()
  })
  expect([response.statusCode, response.headers.connection]).toEqual([413, 'close'])
  response.resume()
  server.close()
})

it('gives 400 if the client disconnects in the middle of the body', async () => {
  const outcome = await new Promise<string>((resolve) => {
    const listener = toNodeListener(demoHandler({ audit: (entry) => resolve(entry.outcome) }))
    const server = createServer((received, response) => {
      void listener(received, response)
      // Waits until the server has the request. A client that disconnects earlier may not have sent its headers.
      sent.destroy()
      server.close()
    })
    let sent: ClientRequest
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      const headers = {
        'content-type': 'application/json',
        'content-length': '100',
        cookie: 'session=alice',
      }
      sent = request({ port, method: 'POST', headers }).on('error', () => {})
      sent.write('{')
    })
  })
  expect(outcome).toBe('body_invalid')
})

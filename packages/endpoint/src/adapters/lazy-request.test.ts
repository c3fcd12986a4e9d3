import { createServer } from 'node:http'
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

it('is a request to authorize: what it reads by clone is still there to be signed', async () => {
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

it('is 500, in words, where authorize read the body itself', async () => {
  const status = await ask(async (request) => {
    await request.text()
    return { id: 'alice', plan: 'free' }
  })
  expect(status).toBe(500)
})

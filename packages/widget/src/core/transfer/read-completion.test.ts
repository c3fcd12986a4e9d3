import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createCompletionReader, readCompletion } from './read-completion.js'

let close = (): void => {}
afterEach(() => close())

/** A server that answers each request with the next of these replies. */
async function answering(
  ...answers: ((response: ServerResponse) => void)[]
): Promise<{ url: string; calls: () => number }> {
  let calls = 0
  const server = createServer((_request, response) => {
    answers[Math.min(calls, answers.length - 1)]?.(response)
    calls += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  close = () => {
    server.closeAllConnections()
    server.close()
  }
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/v1_1/c/completions/n`, calls: () => calls }
}

const json = (status: number, body: object) => (response: ServerResponse) =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

describe('readCompletion', () => {
  it('asks until the app has answered', async () => {
    const pending = json(202, { status: 'pending' })
    const { url, calls } = await answering(
      pending,
      pending,
      json(200, { status: 'done', result: { id: 7 } }),
    )
    expect(await readCompletion(url, new AbortController().signal)).toEqual({
      status: 'done',
      result: { id: 7 },
    })
    expect(calls()).toBe(3)
  })

  it('asks again after a 429, when Retry-After allows', async () => {
    const busy = (response: ServerResponse) =>
      void response.writeHead(429, { 'retry-after': '0' }).end('{"error":{"message":"Too many"}}')
    const { url, calls } = await answering(busy, busy, json(200, { status: 'done', result: 7 }))
    expect(await readCompletion(url, new AbortController().signal)).toEqual({
      status: 'done',
      result: 7,
    })
    expect(calls()).toBe(3)
  })

  it('returns pending if Retry-After is longer than the remaining wait', async () => {
    const { url, calls } = await answering(
      (response) => void response.writeHead(429, { 'retry-after': '60' }).end('{}'),
    )
    expect(await readCompletion(url, new AbortController().signal)).toEqual({ status: 'pending' })
    expect(calls()).toBe(1)
  })

  it('returns failed for a refusal by the app', async () => {
    const { url } = await answering(json(200, { status: 'failed' }))
    expect(await readCompletion(url, new AbortController().signal)).toEqual({ status: 'failed' })
  })

  it('returns none if the server does not support completions', async () => {
    const { url } = await answering(json(404, { error: { message: 'Not found' } }))
    expect(await readCompletion(url, new AbortController().signal)).toEqual({ status: 'none' })
  })

  it('returns pending if the server is unreachable or the signal aborts', async () => {
    const { url } = await answering((response) => void response.destroy())
    expect(await readCompletion(url, new AbortController().signal)).toEqual({ status: 'pending' })
    expect(await readCompletion(url, AbortSignal.abort())).toEqual({ status: 'pending' })
  })
})

describe('createCompletionReader', () => {
  it('makes at most two requests at once, and none after the answer none', async () => {
    const held: ServerResponse[] = []
    const { url, calls } = await answering((response) => void held.push(response))
    const read = createCompletionReader(new AbortController().signal)
    const upload = { uploadUrl: 'http://one', completionUrl: url }
    const reading = Promise.all([read(upload), read(upload), read(upload)])
    await expect.poll(() => held.length).toBe(2)
    for (const response of held) json(200, { status: 'done', result: 1 })(response)
    await expect.poll(() => held.length).toBe(3)
    json(200, { status: 'none' })(held[2] as ServerResponse)
    expect((await reading).map(({ status }) => status)).toEqual(['done', 'done', 'none'])
    expect(await read(upload)).toEqual({ status: 'none' })
    expect(calls()).toBe(3)
  })
})

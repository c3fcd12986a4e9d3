import { once } from 'node:events'
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  CLOUD,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
} from '../test/running-server.js'

let running: RunningServer
let agent: Agent
beforeEach(async () => {
  running = await startTestServer()
  agent = new Agent({ keepAlive: true, maxSockets: 1 })
})
afterEach(async () => {
  agent.destroy()
  await running.close()
})

/** Starts an upload whose body is only partly sent. */
async function begin(): Promise<{ upload: ClientRequest; send: () => Promise<IncomingMessage> }> {
  const { body, type } = await encoded()
  const upload = open(type)
  upload.write(body.subarray(0, 200))
  await once(running.server.server, 'request')
  return {
    upload,
    send() {
      upload.end(body.subarray(200))
      return answerOf(upload)
    },
  }
}

async function encoded(): Promise<{ body: Buffer; type: string }> {
  const form = formOf(signed(FULL_KEY, { public_id: 'late' }), { bytes: Buffer.alloc(50_000, 7) })
  const encoder = new Response(form)
  return {
    body: Buffer.from(await encoder.arrayBuffer()),
    type: encoder.headers.get('content-type') ?? '',
  }
}

function open(type: string): ClientRequest {
  return request(`${running.address}/v1_1/${CLOUD}/raw/upload`, {
    method: 'POST',
    agent,
    headers: { 'content-type': type },
  })
}

async function answerOf(sent: ClientRequest): Promise<IncomingMessage> {
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  answer.resume()
  await once(answer, 'end')
  return answer
}

describe('a server that is closing', () => {
  it('finishes a running upload before it closes', async () => {
    const { send } = await begin()
    const closed = running.server.close()
    expect((await send()).statusCode).toBe(200)
    await closed
    expect(running.server.readiness).toEqual({ isStopping: true, isDraining: true })
  })

  it('answers a new upload 429 with Retry-After, and still delivers', async () => {
    const { send } = await begin()
    const other = new Agent({ keepAlive: true, maxSockets: 1 })
    const get = (path: string) => {
      const sent = request(`${running.address}${path}`, { agent: other })
      sent.end()
      return answerOf(sent)
    }
    expect((await get('/health')).statusCode).toBe(200)
    // Not closed: the connection stays open, like one on which a request has just arrived.
    Object.assign(running.server.readiness, { isStopping: true, isDraining: true })
    expect((await send()).statusCode).toBe(200)
    expect((await get(`/${CLOUD}/raw/upload/late`)).statusCode).toBe(200)
    const { body, type } = await encoded()
    const late = open(type)
    late.end(body)
    const refused = await answerOf(late)
    expect(refused.statusCode).toBe(429)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect(refused.headers.connection).toBe('close')
    other.destroy()
  })
})

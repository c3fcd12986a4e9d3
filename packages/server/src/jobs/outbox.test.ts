import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Receiver, startReceiver } from '../../test/receiver.js'
import {
  CLOUD,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from '../../test/running-server.js'
import type { ServerConfig } from '../config.js'

const SECRET = 'whsec_dGhlIG5vdGlmaWNhdGlvbiBzZWNyZXQgb2YgdGhlIHRlc3Rz'
const QUICK = [0.02, 0.02, 0.05]

let receiver: Receiver
let running: RunningServer
let nonce: string

beforeEach(async () => {
  receiver = await startReceiver(SECRET)
  nonce = randomBytes(16).toString('hex')
})
afterEach(async () => {
  await running.close()
  receiver.close()
})

const start = (
  options: { delays?: readonly number[]; folder?: string } = {},
  changes: Partial<ServerConfig> = {},
) =>
  startTestServer(
    { completionUrl: receiver.url, webhookSecret: SECRET, ...changes },
    {
      attemptDelaysSeconds: options.delays ?? QUICK,
      ...(options.folder ? { folder: options.folder } : {}),
    },
  )

const upload = (params: Record<string, string> = {}) =>
  running.post(
    'raw/upload',
    formOf(signed(FULL_KEY, { nonce, ...params }), { bytes: Buffer.from('hello'), name: 'x.txt' }),
  )

async function completion(address = running.address) {
  const response = await fetch(`${address}/v1_1/${CLOUD}/completions/${nonce}`)
  return { status: response.status, json: await response.json() }
}

describe('the app', () => {
  it('receives a signed notification with the claims, and its answer can be read by nonce', async () => {
    running = await start()
    receiver.answer = ({ json }, response) =>
      void response.end(JSON.stringify({ result: { photo: json.public_id } }))
    const { json } = await upload({ claims: 'sealed.claims' })
    expect(await completion()).toEqual({
      status: 200,
      json: { status: 'done', result: { photo: json.public_id } },
    })
    const [delivery] = receiver.deliveries
    expect(delivery).toMatchObject({
      isSigned: true,
      json: {
        notification_type: 'upload',
        public_id: json.public_id,
        asset_id: json.asset_id,
        etag: json.etag,
        secure_url: json.secure_url,
        signature: json.signature,
        claims: 'sealed.claims',
        signature_key: FULL_KEY.id,
      },
    })
    expect(JSON.stringify(delivery?.json)).not.toContain(nonce)
    expect(delivery?.headers['x-cld-signature']).toMatch(/^[0-9a-f]{40}$/)
  })

  it('can answer slowly without delaying the upload, and the page waits for the answer', async () => {
    running = await start()
    let release = (): void => {}
    receiver.answer = (_delivery, response) => {
      release = () => void response.end('{"result":"late"}')
    }
    expect((await upload()).status).toBe(200)
    const waiting = completion()
    await expect.poll(() => receiver.deliveries.length).toBe(1)
    release()
    expect((await waiting).json).toEqual({ status: 'done', result: 'late' })
  })

  it('is notified a third time after two failures, with the same id and a new signature', async () => {
    running = await start()
    receiver.answer = (_delivery, response) => {
      response.statusCode = receiver.deliveries.length < 3 ? 500 : 200
      response.end('{"result":3}')
    }
    await upload()
    expect((await completion()).json).toEqual({ status: 'done', result: 3 })
    expect(new Set(receiver.deliveries.map(({ eventId }) => eventId)).size).toBe(1)
    expect(receiver.deliveries.every(({ isSigned }) => isSigned)).toBe(true)
  })

  it.each([
    [404, 'answered 404; not tried again'],
    [500, 'answered 500; tried again later'],
    [308, 'answered 308; tried again later'],
  ])('that answers %i is logged with its address and what to set', async (status, words) => {
    running = await start({}, { completionUrl: `${receiver.url}?token=of-the-app` })
    receiver.answer = (_delivery, response) => {
      response.statusCode = receiver.deliveries.length === 1 ? status : 200
      response.end('{}')
    }
    await upload()
    await completion()
    const line = running.logs.find((one) => one.includes('onUploaded was not called'))
    expect(line).toContain(words)
    expect(line).toContain('COUNTERSIGN_COMPLETION_URL')
    expect(line).not.toContain('of-the-app')
  })

  it('is notified again if its answer was lost', async () => {
    running = await start()
    receiver.answer = (_delivery, response) => {
      if (receiver.deliveries.length === 1) response.destroy()
      else response.end('{"result":"second"}')
    }
    await upload()
    expect((await completion()).json).toEqual({ status: 'done', result: 'second' })
    expect(receiver.deliveries).toHaveLength(2)
  })

  it('is not notified again if it refuses', async () => {
    running = await start()
    receiver.answer = (_delivery, response) => {
      response.statusCode = 422
      response.end()
    }
    await upload()
    expect((await completion()).json).toEqual({ status: 'failed' })
    expect(receiver.deliveries).toHaveLength(1)
  })

  it('can be unreachable: the upload stays stored, and its completion fails after the last retry', async () => {
    running = await start()
    receiver.close()
    const { status, json } = await upload()
    expect(status).toBe(200)
    expect((await completion()).json).toEqual({ status: 'failed' })
    expect((await fetch(json.secure_url)).status).toBe(200)
  })

  it('is notified after the server restarted', async () => {
    const first = await start({ delays: [3600] })
    running = first
    receiver.answer = (_delivery, response) => void response.destroy()
    await upload()
    await expect.poll(() => receiver.deliveries.length).toBe(1)
    const { folder } = first
    first.server.server.closeAllConnections()
    await first.server.close()

    receiver.answer = (_delivery, response) => void response.end('{"result":"after"}')
    const later = Date.now() + 3_700_000
    const second = await startTestServer(
      { completionUrl: receiver.url, webhookSecret: SECRET },
      { folder, now: () => later },
    )
    expect((await completion(second.address)).json).toEqual({ status: 'done', result: 'after' })
    expect(new Set(receiver.deliveries.map(({ eventId }) => eventId)).size).toBe(1)
    await second.close()
    running = await startTestServer()
  })

  it('is notified after the app restarted', async () => {
    running = await start({ delays: Array(600).fill(0.1) })
    const port = Number(new URL(receiver.url).port)
    receiver.close()
    await upload()
    receiver = await startReceiver(SECRET, port)
    receiver.answer = (_delivery, response) => void response.end('{"result":"back"}')
    expect((await completion()).json).toEqual({ status: 'done', result: 'back' })
  })

  it('gets no result stored if its answer is too large, and a warning is logged', async () => {
    running = await start()
    receiver.answer = (_delivery, response) =>
      void response.end(JSON.stringify({ result: 'x'.repeat(5000) }))
    await upload()
    expect((await completion()).json).toEqual({ status: 'done', result: null })
    expect(running.logs.join('')).toContain('the app answered more than 4096 bytes')
  })

  it('can answer up to the configured size', async () => {
    running = await start({}, { maxCompletionBytes: 20 })
    const results: unknown[] = []
    for (const bytes of [19, 20, 21]) {
      nonce = randomBytes(16).toString('hex')
      const result = 'x'.repeat(bytes - 2)
      receiver.answer = (_delivery, response) => void response.end(JSON.stringify({ result }))
      await upload()
      results.push((await completion()).json.result)
    }
    expect(results).toEqual(['x'.repeat(17), 'x'.repeat(18), null])
    expect(running.logs.join('')).toContain(
      'the app answered more than 20 bytes (COUNTERSIGN_MAX_COMPLETION_BYTES)',
    )
  })

  it('has the configured time to answer', async () => {
    running = await start({ delays: [] }, { notificationTimeoutSeconds: 1 })
    receiver.answer = () => {}
    const startedAt = Date.now()
    await upload()
    await expect.poll(() => running.logs.join('')).toContain('did not answer')
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(950)
  })

  it('is notified once per nonce, and not if the asset already existed', async () => {
    running = await start()
    await upload({ public_id: 'one' })
    await upload({ public_id: 'one' })
    await completion()
    const other = { nonce: randomBytes(16).toString('hex'), public_id: 'one', overwrite: 'false' }
    await running.post(
      'raw/upload',
      formOf(signed(FULL_KEY, other), { bytes: Buffer.from('x'), name: 'x.txt' }),
    )
    const answer = await fetch(`${running.address}/v1_1/${CLOUD}/completions/${other.nonce}`)
    expect(await answer.json()).toEqual({ status: 'none' })
    expect(receiver.deliveries).toHaveLength(1)
  })
})

describe('a nonce', () => {
  it('that is unknown is answered 404 at once', async () => {
    running = await start()
    expect((await completion()).status).toBe(404)
    const response = await fetch(`${running.address}/v1_1/${CLOUD}/completions/constructor`)
    expect(response.status).toBe(404)
  })

  it('has the completion status none if no app is configured', async () => {
    running = await startTestServer()
    await upload()
    expect((await completion()).json).toEqual({ status: 'none' })
  })
})

it('notifications have no X-Cld headers if no key has the scope webhook', async () => {
  running = await startTestServer({
    keys: [UPLOAD_KEY, { ...FULL_KEY, scopes: ['upload', 'manage'] }],
    completionUrl: receiver.url,
    webhookSecret: SECRET,
  })
  await upload()
  await completion()
  expect(receiver.deliveries[0]?.headers).not.toHaveProperty('x-cld-signature')
})

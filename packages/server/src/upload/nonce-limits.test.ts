import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { type Receiver, startReceiver } from '../../test/receiver.js'
import {
  CLOUD,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
} from '../../test/running-server.js'
import { DEFAULT_SERVER_LIMITS } from '../limits.js'

const SECRET = 'whsec_dGhlIG5vdGlmaWNhdGlvbiBzZWNyZXQgb2YgdGhlIHRlc3Rz'
const CALLS = ['completions', 'upload_sessions'] as const

let running: RunningServer
let receiver: Receiver | undefined
let nowMs = Date.now()
afterEach(async () => {
  await running.close()
  receiver?.close()
  receiver = undefined
})

const newNonce = (): string => randomBytes(16).toString('hex')

async function start(maxNonceLookupsPerMinute?: number): Promise<void> {
  nowMs = Date.now()
  running = await startTestServer(
    {
      trustedProxies: ['127.0.0.1'],
      ...(maxNonceLookupsPerMinute === undefined ? {} : { maxNonceLookupsPerMinute }),
    },
    { now: () => nowMs },
  )
}

async function upload(nonce: string): Promise<void> {
  const file = { bytes: Buffer.from('hello'), name: 'x.txt' }
  const { status } = await running.post('raw/upload', formOf(signed(FULL_KEY, { nonce }), file))
  expect(status).toBe(200)
}

async function ask(
  call: string,
  nonce: string,
  address = '198.51.100.7',
): Promise<{ status: number; retryAfter: string | null; message: string | undefined }> {
  const url = `${running.address}/v1_1/${CLOUD}/${call}/${nonce}`
  const answer = await fetch(url, { headers: { 'x-forwarded-for': address } })
  const { error } = (await answer.json()) as { error?: { message: string } }
  return {
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    message: error?.message,
  }
}

async function statuses(count: number, read: (at: number) => Promise<{ status: number }>) {
  const seen: number[] = []
  for (let at = 0; at < count; at += 1) seen.push((await read(at)).status)
  return seen
}

describe.each(CALLS)('%s', (call) => {
  it('answers up to the configured number of calls a minute, then 429 with Retry-After', async () => {
    await start(5)
    const nonce = newNonce()
    await upload(nonce)
    expect(await statuses(5, () => ask(call, nonce))).toEqual(Array(5).fill(200))
    const refused = await ask(call, nonce)
    expect(refused).toMatchObject({ status: 429, retryAfter: '12' })
    expect(refused.message).toContain('COUNTERSIGN_MAX_NONCE_LOOKUPS')
    expect((await ask(call, nonce, '198.51.100.8')).status).toBe(200)
    nowMs += 12_000
    expect((await ask(call, nonce)).status).toBe(200)
  })

  it('counts an IPv6 client as its network', async () => {
    await start(3)
    const nonce = newNonce()
    await upload(nonce)
    const read = (at: number) => ask(call, nonce, `2001:db8:1:2::${at}`)
    expect(await statuses(4, read)).toEqual([200, 200, 200, 429])
    expect((await ask(call, nonce, '2001:db8:1:3::1')).status).toBe(200)
  })

  it('answers 429 after a hundred unknown nonces, but still answers known ones', async () => {
    await start()
    const nonce = newNonce()
    await upload(nonce)
    expect(await statuses(100, () => ask(call, newNonce()))).toEqual(Array(100).fill(404))
    const refused = await ask(call, newNonce())
    expect(refused).toMatchObject({ status: 429, retryAfter: '1' })
    // An invalid nonce counts as an unknown one.
    expect((await ask(call, 'constructor')).status).toBe(429)
    expect((await ask(call, nonce)).status).toBe(200)
    expect((await ask(call, newNonce(), '198.51.100.8')).status).toBe(404)
    nowMs += 1000
    expect((await ask(call, newNonce())).status).toBe(404)
  })

  it('does not count unknown nonces toward the limit of known ones', async () => {
    await start(2)
    const nonce = newNonce()
    await upload(nonce)
    await statuses(50, () => ask(call, newNonce()))
    expect(await statuses(3, () => ask(call, nonce))).toEqual([200, 200, 429])
  })
})

it('answers the completions of a hundred photos at once', async () => {
  receiver = await startReceiver(SECRET)
  receiver.answer = ({ json }, response) =>
    void response.end(JSON.stringify({ result: json.public_id }))
  running = await startTestServer({ completionUrl: receiver.url, webhookSecret: SECRET })
  const nonces = Array.from({ length: 100 }, newNonce)
  // One after another: an address may send 64 files at once.
  for (const nonce of nonces) await upload(nonce)
  const asked = nonces.map(async (nonce) => {
    const url = `${running.address}/v1_1/${CLOUD}/completions/${nonce}`
    for (;;) {
      const answer = await fetch(url)
      if (answer.status !== 202) return answer.status
    }
  })
  expect(await Promise.all(asked)).toEqual(Array(100).fill(200))
  // The default also allows hundreds of photos a minute with two look-ups each.
  expect(DEFAULT_SERVER_LIMITS.maxNonceLookupsPerMinute).toBeGreaterThanOrEqual(1200)
})

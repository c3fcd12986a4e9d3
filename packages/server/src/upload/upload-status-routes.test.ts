import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  CLOUD,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from '../../test/running-server.js'

let running: RunningServer
beforeAll(async () => {
  running = await startTestServer({ minChunkBytes: 1000 })
})
afterAll(() => running.close())

const whole = randomBytes(4000)
const newNonce = () => randomBytes(16).toString('hex')

function sendPart(nonce: string, [first, last]: readonly [number, number], total: string) {
  const form = formOf(signed(FULL_KEY, { nonce, public_id: `resumed-${nonce}.bin` }), {
    bytes: whole.subarray(first, last + 1),
    name: 'big.bin',
  })
  return running.post('raw/upload', form, {
    'x-unique-upload-id': nonce,
    'content-range': `bytes ${first}-${last}/${total}`,
  })
}

async function ask(nonce: string, cloud: string = CLOUD) {
  const response = await fetch(`${running.address}/v1_1/${cloud}/upload_sessions/${nonce}`, {
    headers: { origin: 'https://app.example' },
  })
  return { status: response.status, headers: response.headers, json: await response.json() }
}

describe('an upload session', () => {
  it('reports received ranges, total, public id and expiry', async () => {
    const nonce = newNonce()
    await sendPart(nonce, [0, 999], '-1')
    await sendPart(nonce, [2000, 2999], '-1')
    const openedAt = Math.floor(Date.now() / 1000)
    const { status, json, headers } = await ask(nonce)
    expect(status).toBe(200)
    expect(json).toEqual({
      status: 'pending',
      received: [
        [0, 999],
        [2000, 2999],
      ],
      bytes: 2000,
      total_bytes: null,
      public_id: `resumed-${nonce}.bin`,
      expires_at: expect.any(Number),
    })
    expect(json.expires_at - openedAt).toBeGreaterThan(24 * 3600 - 60)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('access-control-allow-origin')).toBe('*')

    await sendPart(nonce, [1000, 1999], '4000')
    expect((await ask(nonce)).json).toMatchObject({ received: [[0, 2999]], total_bytes: 4000 })
    const { done, ...asset } = (await sendPart(nonce, [3000, 3999], '4000')).json
    expect(done).toBe(true)
    expect((await ask(nonce)).json).toEqual({ status: 'done', result: asset })
  })

  it('returns the original answer for an upload in one request', async () => {
    const send = (nonce: string, params: Record<string, string>) =>
      running.post(
        'raw/upload',
        formOf(signed(FULL_KEY, { nonce, public_id: 'one.bin', ...params }), { bytes: whole }),
      )
    for (const [params, mark] of [
      [{ tags: 'mine' }, {}],
      [{ tags: 'mine' }, { overwritten: true }],
    ] as const) {
      const nonce = newNonce()
      const { json } = await send(nonce, params)
      expect(json).toMatchObject(mark)
      expect((await send(nonce, params)).json).toEqual(json)
      expect((await ask(nonce)).json).toEqual({ status: 'done', result: json })
    }
    const nonce = newNonce()
    const { json } = await send(nonce, { overwrite: 'false' })
    expect(json).toMatchObject({ existing: true, tags: ['mine'] })
    // A nonce does not prove ownership, so the answer leaves out private fields of the existing asset.
    expect((await ask(nonce)).json.result).toMatchObject({ existing: true, tags: [] })
  })

  it('is not found by another nonce, cloud or name', async () => {
    const nonce = newNonce()
    await sendPart(nonce, [0, 999], '-1')
    for (const [id, cloud] of [
      [newNonce(), CLOUD],
      [nonce, 'another'],
      ['constructor', CLOUD],
      [`nonce:${nonce}`, CLOUD],
      ['..%2f..%2fresources', CLOUD],
    ] as const) {
      const { status, json } = await ask(id, cloud)
      expect({ status, json }).toEqual({
        status: 404,
        json: { error: { message: 'No upload has this nonce' } },
      })
    }
  })

  it('is not found with another user tag, pending or done', async () => {
    const nonce = newNonce()
    const send = (range: readonly [number, number]) => {
      const form = formOf(signed(FULL_KEY, { nonce, user_tag: 'aaaaaaaaaaaaaaaa' }), {
        bytes: whole.subarray(range[0], range[1] + 1),
        name: 'big.bin',
      })
      return running.post('raw/upload', form, {
        'x-unique-upload-id': nonce,
        'content-range': `bytes ${range[0]}-${range[1]}/4000`,
      })
    }
    const statuses = async () => {
      const tags = ['?user_tag=aaaaaaaaaaaaaaaa', '', '?user_tag=bbbbbbbbbbbbbbbb', '?user_tag=']
      const twice = '?user_tag=aaaaaaaaaaaaaaaa&user_tag=bbbbbbbbbbbbbbbb'
      return Promise.all([...tags, twice].map(async (tag) => (await ask(`${nonce}${tag}`)).status))
    }
    await send([0, 1999])
    expect(await statuses()).toEqual([200, 200, 404, 404, 404])
    expect((await send([2000, 3999])).json.done).toBe(true)
    expect(await statuses()).toEqual([200, 200, 404, 404, 404])
    const read = (tag: string) =>
      fetch(`${running.address}/v1_1/${CLOUD}/completions/${nonce}?user_tag=${tag}`)
    expect((await read('aaaaaaaaaaaaaaaa')).status).toBe(200)
    expect((await read('bbbbbbbbbbbbbbbb')).status).toBe(404)
  })

  it('is not answered again for the same nonce with another user tag', async () => {
    const nonce = newNonce()
    const send = (tag: string) =>
      running.post(
        'raw/upload',
        formOf(signed(FULL_KEY, { nonce, user_tag: tag }), { bytes: whole, name: 'big.bin' }),
      )
    const stored = (await send('aaaaaaaaaaaaaaaa')).json
    expect((await send('aaaaaaaaaaaaaaaa')).json.asset_id).toBe(stored.asset_id)
    const foreign = await send('bbbbbbbbbbbbbbbb')
    expect(foreign.json.error.message).toContain('The nonce was used for another upload')
    expect(JSON.stringify(foreign.json)).not.toContain(stored.public_id)
  })

  it('without a user tag is not found by a request with one', async () => {
    const nonce = newNonce()
    await sendPart(nonce, [0, 999], '-1')
    expect((await ask(`${nonce}?user_tag=aaaaaaaaaaaaaaaa`)).status).toBe(404)
    expect((await ask(nonce)).status).toBe(200)
  })

  it('is not found by a client’s own upload id, which others could guess', async () => {
    const id = newNonce()
    await running.post('raw/upload', formOf(signed(FULL_KEY), { bytes: whole }), {
      'x-unique-upload-id': id,
      'content-range': 'bytes 0-3999/-1',
    })
    expect((await ask(id)).status).toBe(404)
  })

  it('is not found after the complete file is refused', async () => {
    const nonce = newNonce()
    const part = (range: string, bytes: Buffer) =>
      running.post('image/upload', formOf(signed(UPLOAD_KEY, { nonce }), { bytes }), {
        'x-unique-upload-id': nonce,
        'content-range': `bytes ${range}`,
      })
    await part('0-1999/4000', whole.subarray(0, 2000))
    expect((await ask(nonce)).json).toMatchObject({ status: 'pending', bytes: 2000 })
    expect((await part('2000-3999/4000', whole.subarray(2000))).status).toBe(400)
    expect((await ask(nonce)).status).toBe(404)
  })
})

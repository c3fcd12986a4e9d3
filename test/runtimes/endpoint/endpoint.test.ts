import { v2 as cloudinary } from 'cloudinary'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signWebhook } from '../../../packages/protocol/src/signature/index.js'
import { ROUTE } from './app.mjs'
import { listRuntimes, type Served } from './runtimes.js'
import { API_KEY, API_SECRET, CLOUD_NAME, MEDIA_URL, WEBHOOK_SECRET } from './settings.js'

cloudinary.config({ signature_algorithm: 'sha256' })

const NONCE = '00112233445566778899aabbccddeeff'
const SECRETS = new RegExp(`${API_SECRET}|${WEBHOOK_SECRET}`)

const runtimes = (await listRuntimes()).map(
  ({ name, how, start }) => [`${name} | ${how}`, start] as const,
)

describe.each(runtimes)('%s', (_name, start) => {
  let served: Served

  beforeAll(async () => {
    served = await start()
  })
  afterAll(() => served?.stop())

  it("signs what next-cloudinary sends with the official SDK's signature", async () => {
    const params = { timestamp: nowSeconds(), source: 'uw', folder: 'users/alice', tags: 'a,ü' }
    const { status, json } = await post({ paramsToSign: params })
    expect(status).toBe(200)
    expect(json.signature).toBe(officialSignature(params))
    expect(json).toMatchObject({ api_key: API_KEY, cloud_name: CLOUD_NAME })
  })

  it('returns all signed parameters to a widget that requests them', async () => {
    const { status, json } = await post({
      paramsToSign: { timestamp: 1 },
      accept: 'params',
      nonce: NONCE,
    })
    expect(status).toBe(200)
    expect(json.params).toMatchObject({ folder: 'users/alice', nonce: NONCE })
    expect(Math.abs(Number(json.params.timestamp) - nowSeconds())).toBeLessThan(60)
    expect(json.signature).toBe(officialSignature(json.params))
    expect(json.upload_url).toBe(`${MEDIA_URL}/v1_1/${CLOUD_NAME}`)
  })

  it('describes itself to a GET', async () => {
    const response = await call({ method: 'GET' })
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(await response.json()).toMatchObject({
      version: 1,
      cloud_name: CLOUD_NAME,
      api_key: API_KEY,
      presets: { default: { limits: { accept: ['image/*'], max_bytes: 5_000_000 } } },
    })
  })

  it.each([
    ['a caller who is not signed in', 401, 'unauthorized', { headers: { cookie: '' } }],
    [
      'a page of another site',
      403,
      'origin_refused',
      { headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' } },
    ],
    [
      'a parameter without a rule',
      422,
      'params_refused',
      { body: JSON.stringify({ paramsToSign: { timestamp: nowSeconds(), public_id: 'x' } }) },
    ],
    ['a body that is not JSON', 400, 'body_invalid', { body: '{' }],
    [
      'a body over 16 KiB',
      413,
      'body_too_large',
      { body: JSON.stringify({ paramsToSign: { tags: 'x'.repeat(17_000) } }) },
    ],
    ['a form', 415, 'content_type_refused', { headers: { 'content-type': 'text/plain' } }],
    [
      'a forged notification',
      401,
      'signature_mismatch',
      {
        headers: {
          'webhook-id': 'm',
          'webhook-timestamp': String(nowSeconds()),
          'webhook-signature': `v1,${btoa('x'.repeat(32))}`,
        },
      },
    ],
  ])('refuses %s with %i', async (_, status, code, init) => {
    const response = await call(init)
    const text = await response.text()
    expect([response.status, JSON.parse(text).error.code]).toEqual([status, code])
    expect(text).not.toMatch(SECRETS)
  })

  it('hands a genuine notification to onUploaded with its claims', async () => {
    const { json } = await post({ paramsToSign: { timestamp: 1 }, accept: 'params', nonce: NONCE })
    const response = await notify({ ...STORED, nonce: NONCE, claims: json.params.claims })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      result: { publicId: STORED.public_id, owner: 'alice' },
    })
  })

  async function post(body: object) {
    const response = await call({ body: JSON.stringify(body) })
    return { status: response.status, json: await response.json() }
  }

  function call(init: { method?: string; body?: string; headers?: Record<string, string> }) {
    const method = init.method ?? 'POST'
    return fetch(served.address + ROUTE, {
      method,
      headers: {
        'content-type': 'application/json',
        'sec-fetch-site': 'same-origin',
        cookie: 'session=alice',
        ...init.headers,
      },
      ...(method === 'GET' ? {} : { body: init.body ?? '{"paramsToSign":{}}' }),
    })
  }

  function notify(asset: object) {
    const body = JSON.stringify(asset)
    const timestamp = nowSeconds()
    return fetch(served.address + ROUTE, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signWebhook({ id: 'msg_1', timestamp, body, secret: WEBHOOK_SECRET }),
      },
      body,
    })
  }
})

const STORED = {
  notification_type: 'upload',
  asset_id: '3515c6000a548515f1134043f9785c2f',
  public_id: 'users/alice/cat',
  version: 1_719_307_544,
  format: 'jpg',
  resource_type: 'image',
  type: 'upload',
  bytes: 12_345,
  created_at: '2024-06-25T09:25:44Z',
  secure_url: `${MEDIA_URL}/demo/image/upload/v1719307544/users/alice/cat.jpg`,
}

function officialSignature(params: Record<string, unknown>): string {
  return cloudinary.utils.api_sign_request(params, API_SECRET)
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

/** The conformance suite of the endpoint, which runs on every runtime. A failed case throws. @module */

import { anonymous, createSignHandler } from '../src/index.js'
import { demoHandler, NOW_SECONDS, SECRET, signBody, signRequest } from './demo-handler.js'
import { HOSTILE_REQUESTS, type HostileRequest } from './hostile-requests.js'
import { notification, notifyRequest, STORED, WEBHOOK_SECRET } from './notify.js'

/** One test case. */
export interface ConformanceCase {
  readonly title: string
  readonly run: () => Promise<void>
}

const KEY_ID = '123456789012345'
const NONCE = '00112233445566778899aabbccddeeff'
const LIMITS = '{"accept":["image/*"],"max_bytes":5000000}'

/** All test cases, including the hostile corpus. */
export const CONFORMANCE_CASES: readonly ConformanceCase[] = [
  ...HOSTILE_REQUESTS.map((hostile) => ({
    title: `refuses: ${hostile.title}`,
    run: () => refuses(hostile),
  })),
  {
    title: 'compatible mode returns the SHA-256 signature of exactly the sent parameters',
    run: async () => {
      const answer = await post(signBody({ tags: ['red', 'blue'] }))
      equal(answer, {
        signature: await sha256(
          `folder=users/alice&source=uw&tags=red,blue&timestamp=${NOW_SECONDS}${SECRET}`,
        ),
        api_key: KEY_ID,
        cloud_name: 'demo',
        timestamp: NOW_SECONDS,
      })
    },
  },
  {
    title: 'params_to_sign is accepted as paramsToSign',
    run: async () => {
      const body = signBody().replace('paramsToSign', 'params_to_sign')
      equal((await post(body)).signature, (await post(signBody())).signature)
    },
  },
  {
    title: 'compatible mode signs a timestamp that is 900 s ahead or behind',
    run: async () => {
      equal((await post(signBody({ timestamp: NOW_SECONDS + 900 }))).timestamp, NOW_SECONDS + 900)
      equal((await post(signBody({ timestamp: NOW_SECONDS - 900 }))).timestamp, NOW_SECONDS - 900)
    },
  },
  {
    title: 'compatible mode signs the name of the preset',
    run: async () => {
      const { signature } = await post(signBody({ upload_preset: 'default' }))
      equal(
        signature,
        await sha256(
          `folder=users/alice&source=uw&timestamp=${NOW_SECONDS}&upload_preset=default${SECRET}`,
        ),
      )
    },
  },
  {
    title: 'merge mode returns all parameters: server time, forced folder, nonce and limits',
    run: async () => {
      const body = JSON.stringify({
        paramsToSign: { timestamp: 1, source: 'uw', tags: 'a' },
        accept: 'params',
        nonce: NONCE,
      })
      const params = {
        folder: 'users/alice',
        limits: LIMITS,
        nonce: NONCE,
        source: 'uw',
        tags: 'a',
        timestamp: String(NOW_SECONDS),
        user_tag: (await sha256('demo\nalice')).slice(0, 16),
      }
      const answer = await post(body)
      equal(sorted(answer.params as Record<string, string>), params)
      const signed = Object.entries(params)
        .map(([name, value]) => `${name}=${value}`)
        .join('&')
      equal(answer.signature, await sha256(signed + SECRET))
      equal(
        [answer.api_key, answer.cloud_name, answer.upload_url],
        [KEY_ID, 'demo', 'https://media.example/v1_1/demo'],
      )
    },
  },
  {
    title: 'merge mode creates a nonce if the client sent none',
    run: async () => {
      const { params } = await post(signBody({}, { accept: 'params' }))
      const { nonce } = params as { nonce: string }
      if (!/^[0-9a-f]{32}$/.test(nonce)) throw new Error(`nonce ${nonce}`)
    },
  },
  {
    title: 'merge mode converts values to NFC',
    run: async () => {
      const { params } = await post(signBody({ tags: 'cafe\u0301' }, { accept: 'params' }))
      equal((params as { tags: string }).tags, 'caf\u00e9')
    },
  },
  {
    title: 'merge mode selects the preset by upload_preset and does not sign upload_preset',
    run: async () => {
      const body = JSON.stringify({
        paramsToSign: { timestamp: 1, upload_preset: 'video' },
        accept: 'params',
        nonce: NONCE,
      })
      const answer = await post(body, { cookie: 'session=bob' })
      equal(sorted(answer.params as Record<string, string>), {
        folder: 'users/bob',
        limits: '{"accept":["video/mp4"],"overwrite":false,"resource_types":["video"]}',
        nonce: NONCE,
        timestamp: String(NOW_SECONDS),
        user_tag: (await sha256('demo\nbob')).slice(0, 16),
      })
    },
  },
  {
    title: 'GET describes the presets that the caller may use',
    run: async () => {
      const response = await demoHandler().GET(signRequest(undefined, { method: 'GET' }))
      equal(response.headers.get('cache-control'), 'private, no-store')
      equal(await response.json(), {
        version: 1,
        cloud_name: 'demo',
        api_key: KEY_ID,
        upload_url: 'https://media.example/v1_1/demo',
        delivery_url: 'https://media.example/demo',
        server_time: NOW_SECONDS,
        user_tag: (await sha256('demo\nalice')).slice(0, 16),
        presets: {
          default: {
            limits: { accept: ['image/*'], max_bytes: 5_000_000 },
            params: {
              folder: { const: 'users/alice' },
              tags: {
                max_items: 5,
                items: {
                  max_length: 40,
                  pattern: '^(?:^[\\p{L}\\w -]+$)$',
                  pattern_flags: 'u',
                },
              },
            },
          },
        },
      })
    },
  },
  {
    title:
      'claims are sealed for the client and verified for onUploaded, whose value is in the response',
    run: async () => {
      const handler = demoHandler({
        claims: (user) => ({ userId: user.id, note: 'caf\u00e9' }),
        onUploaded: (asset, claims, event) => ({ [asset.publicId]: claims, id: event.id }),
        webhookSecret: WEBHOOK_SECRET,
      })
      const signed = await handler.POST(signRequest(signBody({}, { accept: 'params' })))
      const { claims } = (await signed.json()).params
      const sent = notification({ body: { ...STORED, claims } })
      const answer = await handler.POST(notifyRequest(sent))
      equal(
        [answer.status, await answer.json()],
        [
          200,
          { result: { 'users/alice/cat': { userId: 'alice', note: 'caf\u00e9' }, id: 'msg_1' } },
        ],
      )
      const forged = notification({ body: STORED, secret: SECRET })
      equal((await handler.POST(notifyRequest(forged))).status, 401)
    },
  },
  {
    title: 'GET without a user gives 401',
    run: async () => {
      const response = await demoHandler().GET(
        signRequest(undefined, { method: 'GET', headers: { cookie: null } }),
      )
      equal(response.status, 401)
    },
  },
  {
    title: 'anonymous callers get signatures up to their limit, then 429 with Retry-After',
    run: async () => {
      const handler = createSignHandler({
        authorize: anonymous({ reason: 'conformance', limit: { perMinute: 2 } }),
        presets: { default: { limits: {}, params: () => ({}) } },
        cloudName: 'demo',
        url: 'https://media.example',
        keys: () => [{ id: KEY_ID, secret: SECRET }],
        now: () => NOW_SECONDS * 1000,
      })
      const ask = () =>
        handler.POST(
          signRequest(signBody({ folder: undefined }), {
            headers: { 'x-forwarded-for': '203.0.113.9' },
          }),
        )
      equal([(await ask()).status, (await ask()).status], [200, 200])
      const third = await ask()
      equal([third.status, third.headers.get('retry-after')], [429, '30'])
    },
  },
]

async function refuses(hostile: HostileRequest): Promise<void> {
  const body = hostile.body ?? signBody(hostile.params, hostile.beside)
  const request = signRequest(body, {
    ...(hostile.method ? { method: hostile.method } : {}),
    ...(hostile.headers ? { headers: hostile.headers } : {}),
  })
  const response = await demoHandler().POST(request)
  const text = await response.text()
  const { error } = JSON.parse(text)
  equal([response.status, error?.code], [hostile.status, hostile.code])
  if (hostile.issue) equal(error.issues[0].code, hostile.issue)
  if (!/^[0-9a-f]{32}$/.test(error.request_id)) throw new Error(`request_id ${error.request_id}`)
  equal(error.server_time, NOW_SECONDS)
  if (text.includes('"signature":') || text.includes(SECRET))
    throw new Error('signed or told the secret')
}

async function post(
  body: string,
  headers: Record<string, string> = {},
): Promise<Record<string, unknown>> {
  const response = await demoHandler().POST(signRequest(body, { headers }))
  const answer = await response.json()
  if (response.status !== 200) throw new Error(`${response.status} ${JSON.stringify(answer)}`)
  return answer
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function sorted(object: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function equal(actual: unknown, expected: unknown): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (is !== should) throw new Error(`got ${is}, expected ${should}`)
}

import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  type DemoUser,
  demoHandler,
  keptLog,
  NOW_SECONDS,
  SECRET,
  signBody,
  signRequest,
} from '../../test/demo-handler.js'
import {
  hostedNotification,
  notification,
  notifyRequest,
  STORED,
  WEBHOOK_SECRET,
} from '../../test/notify.js'
import {
  type Asset,
  createNotificationHandler,
  MediaError,
  type OnUploaded,
  type SignHandlerConfig,
} from '../index.js'
import { openClaims, sealClaims } from './seal-claims.js'

afterEach(() => {
  vi.unstubAllEnvs()
})

function completing(onUploaded: OnUploaded, options: Partial<SignHandlerConfig<DemoUser>> = {}) {
  return demoHandler({ onUploaded, webhookSecret: WEBHOOK_SECRET, ...options })
}

async function statusOf(response: Promise<Response>): Promise<number> {
  return (await response).status
}

describe('onUploaded', () => {
  it('receives the asset, claims and event of a notification that has no session cookie', async () => {
    const calls: unknown[] = []
    const handler = completing((...call) => {
      calls.push(call)
      return { photoId: 7 }
    })
    const claims = sealClaims({ userId: 'alice' }, WEBHOOK_SECRET)
    const response = await handler.POST(
      notifyRequest(notification({ body: { ...STORED, claims } })),
    )
    expect([response.status, await response.json()]).toEqual([200, { result: { photoId: 7 } }])
    const asset: Asset = {
      assetId: '3515c6000a548515f1134043f9785c2f',
      publicId: 'users/alice/cat',
      version: 1_719_307_544,
      width: 640,
      height: 480,
      format: 'jpg',
      resourceType: 'image',
      deliveryType: 'upload',
      bytes: 12_345,
      tags: ['pet'],
      context: { custom: { alt_text: 'A cat' } },
      createdAt: '2024-06-25T09:25:44Z',
      secureUrl: 'https://media.example/demo/image/upload/v1719307544/users/alice/cat.jpg',
    }
    expect(calls).toEqual([[asset, { userId: 'alice' }, { id: 'msg_1' }]])
  })

  it('receives null as claims of compatible clients, and no notifications of other types', async () => {
    const seen: unknown[] = []
    const handler = completing((_, claims) => {
      seen.push(claims)
    })
    const plain = await handler.POST(notifyRequest(notification()))
    expect(await plain.json()).toEqual({ result: null })
    const other = { ...STORED, notification_type: 'delete' }
    expect(await statusOf(handler.POST(notifyRequest(notification({ body: other }))))).toBe(200)
    expect(seen).toEqual([null])
  })

  it.each([
    ['another secret', { secret: 'another-secret-of-20-characters' }, 401],
    ['the secret of the signing key', { secret: SECRET }, 401],
    ['a changed body', { tampered: JSON.stringify({ ...STORED, public_id: 'evil' }) }, 401],
    ['a body that was serialized again', { tampered: JSON.stringify(STORED, null, 2) }, 401],
    ['299 s behind', { aheadSeconds: -299 }, 200],
    ['300 s behind', { aheadSeconds: -300 }, 200],
    ['301 s behind', { aheadSeconds: -301 }, 401],
    ['299 s ahead', { aheadSeconds: 299 }, 200],
    ['301 s ahead', { aheadSeconds: 301 }, 401],
    ['a body that is not JSON', { body: 'x' }, 400],
    ['a JSON list', { body: '[]' }, 400],
    ['no asset', { body: { notification_type: 'upload' } }, 400],
    [
      'claims sealed with another secret',
      { body: { ...STORED, claims: sealClaims({ a: 'b' }, SECRET) } },
      400,
    ],
    ['claims that are not a string', { body: { ...STORED, claims: { userId: 'bob' } } }, 400],
    ['a body over 1 MiB', { body: `"${'a'.repeat(1_048_576)}"` }, 413],
    [
      'escaped characters in the JSON',
      { body: JSON.stringify(STORED).replace('pet', '\\u0070et') },
      200,
    ],
  ])('verifies a notification with %s', async (_, options, status) => {
    const calls: unknown[] = []
    const handler = completing((asset) => calls.push(asset))
    expect(await statusOf(handler.POST(notifyRequest(notification(options))))).toBe(status)
    expect(calls).toHaveLength(status === 200 ? 1 : 0)
  })

  it.each(['webhook-id', 'webhook-timestamp'])(
    'is not called without the header %s',
    async (name) => {
      const sent = notification()
      delete sent.headers[name]
      const handler = completing(() => expect.unreachable())
      expect(await statusOf(handler.POST(notifyRequest(sent)))).toBe(400)
    },
  )

  it('can respond with its own 4xx, and every other error becomes a constant 500', async () => {
    const log = keptLog()
    const outcome = async (thrown: unknown) => {
      const handler = completing(
        () => {
          throw thrown
        },
        { logger: log },
      )
      const response = await handler.POST(notifyRequest(notification()))
      return [response.status, await response.text()] as const
    }
    expect((await outcome(new MediaError('UNAUTHORIZED')))[0]).toBe(401)
    expect(await outcome(new MediaError('ASSET_TYPE_REFUSED', { message: 'No cats.' }))).toEqual([
      400,
      '{"error":{"code":"asset_type_refused","message":"No cats."}}',
    ])
    expect(await outcome(new Response('quota', { status: 409 }))).toEqual([409, 'quota'])
    for (const thrown of [
      new Error('hunter2'),
      new MediaError('STORAGE_UNAVAILABLE', { message: 'hunter2' }),
      new Response('hunter2', { status: 503 }),
      'hunter2',
    ]) {
      const [status, text] = await outcome(thrown)
      expect(status).toBe(500)
      expect(text).not.toContain('hunter2')
    }
    expect(log.lines.join()).toContain('hunter2')
  })

  it('may return at most 4 KiB of JSON; a larger value is logged as an error', async () => {
    const log = keptLog()
    // The quotes of a string take two bytes in JSON.
    const answer = (bytes: number, maxResultBytes?: number) =>
      statusOf(
        completing(() => 'a'.repeat(bytes - 2), { logger: log, maxResultBytes }).POST(
          notifyRequest(notification()),
        ),
      )
    expect([await answer(4095), await answer(4096), await answer(4097)]).toEqual([200, 200, 500])
    expect(log.lines.join()).toContain('at most 4096')
    expect([await answer(20_000, 20_000), await answer(20_001, 20_000)]).toEqual([200, 500])
    expect(log.lines.join()).toContain('at most 20000 are allowed (maxResultBytes)')
    const returned = completing(() => new Response('x'), { logger: log })
    expect(await statusOf(returned.POST(notifyRequest(notification())))).toBe(500)
    const big = completing(() => 1n, { logger: log })
    expect(await statusOf(big.POST(notifyRequest(notification())))).toBe(500)
  })

  it('cannot be created with an invalid maxResultBytes', () => {
    for (const maxResultBytes of [0, -1, 1.5, Number.NaN, 65_537]) {
      const text = 'maxResultBytes must be a whole number from 1 to 65536'
      expect(() => completing(() => 1, { maxResultBytes })).toThrow(text)
      expect(() => createNotificationHandler({ onUploaded: () => 1, maxResultBytes })).toThrow(text)
    }
    expect(() => completing(() => 1, { maxResultBytes: 65_536 })).not.toThrow()
  })

  it('logs the variable of its missing secret at the first request', async () => {
    vi.stubEnv('COUNTERSIGN_WEBHOOK_SECRET', undefined)
    const log = keptLog()
    const handler = completing(() => 1, { webhookSecret: undefined, logger: log })
    expect(await statusOf(handler.POST(signRequest(signBody())))).toBe(500)
    expect(log.lines.join()).toContain('onUploaded needs COUNTERSIGN_WEBHOOK_SECRET')
    vi.stubEnv('COUNTERSIGN_WEBHOOK_SECRET', `"${WEBHOOK_SECRET}"`)
    const set = completing(() => 1, { webhookSecret: undefined })
    expect(await statusOf(set.POST(notifyRequest(notification())))).toBe(200)
  })

  it('is not called if a signing key has the same secret, or a public variable contains the secret', async () => {
    const log = keptLog()
    const twin = completing(() => 1, { webhookSecret: SECRET, logger: log })
    expect(await statusOf(twin.POST(signRequest(signBody())))).toBe(500)
    expect(log.lines.join()).toContain('also the secret of the key')
    vi.stubEnv('NEXT_PUBLIC_HOOK', WEBHOOK_SECRET)
    const seen = completing(() => 1, { logger: log })
    expect(await statusOf(seen.POST(signRequest(signBody())))).toBe(500)
    expect(log.lines.join()).toContain('NEXT_PUBLIC_HOOK')
  })

  it('is required to receive a notification', async () => {
    const response = await demoHandler().POST(notifyRequest(notification()))
    expect([response.status, (await response.json()).error.code]).toEqual([
      400,
      'action_unsupported',
    ])
  })
})

describe("target 'cloudinary'", () => {
  const keys = () => [
    { id: '1', secret: SECRET },
    { id: '2', secret: 'd'.repeat(24), scopes: ['deliver' as const] },
  ]

  it.each([
    ['a key that may sign them', { secret: SECRET }, 200],
    ['a key without the scope', { secret: 'd'.repeat(24) }, 401],
    ['7200 s behind', { secret: SECRET, aheadSeconds: -7200 }, 200],
    ['7201 s behind', { secret: SECRET, aheadSeconds: -7201 }, 401],
    ['ten years ahead', { secret: SECRET, aheadSeconds: 315_360_000 }, 401],
    ['another body', { secret: SECRET, tampered: '{}' }, 401],
  ])('verifies X-Cld-Signature: %s', async (_, options, status) => {
    const handler = completing((_asset, claims, event) => [claims, event.id], {
      target: 'cloudinary',
      keys,
    })
    const response = await handler.POST(notifyRequest(hostedNotification(options)))
    expect(response.status).toBe(status)
    if (status === 200) expect(await response.json()).toEqual({ result: [null, '3f2a'] })
  })

  it('refuses Standard Webhooks, and target countersign refuses X-Cld-Signature', async () => {
    const hosted = completing(() => expect.unreachable(), { target: 'cloudinary', keys })
    expect(await statusOf(hosted.POST(notifyRequest(notification())))).toBe(401)
    const own = completing(() => expect.unreachable())
    expect(await statusOf(own.POST(notifyRequest(hostedNotification({ secret: SECRET }))))).toBe(
      401,
    )
  })
})

describe('createNotificationHandler', () => {
  const now = () => NOW_SECONDS * 1000

  it('accepts only notifications', async () => {
    const handler = createNotificationHandler({
      onUploaded: (asset) => asset.publicId,
      secret: WEBHOOK_SECRET,
      logger: keptLog(),
      now,
    })
    const response = await handler.POST(notifyRequest(notification()))
    expect(await response.json()).toEqual({ result: 'users/alice/cat' })
    expect(await statusOf(handler.POST(signRequest(signBody())))).toBe(401)
    expect(await statusOf(handler.POST(new Request('http://localhost/')))).toBe(405)
  })

  it('logs the variable that is missing, and throws without onUploaded', async () => {
    vi.stubEnv('COUNTERSIGN_WEBHOOK_SECRET', undefined)
    const log = keptLog()
    const handler = createNotificationHandler({ onUploaded: () => 1, logger: log, now })
    expect(await statusOf(handler.POST(notifyRequest(notification())))).toBe(500)
    expect(log.lines.join()).toContain('COUNTERSIGN_WEBHOOK_SECRET')
    // @ts-expect-error onUploaded is required
    expect(() => createNotificationHandler({})).toThrow(TypeError)
  })
})

describe('claims', () => {
  const merge = (options: Partial<SignHandlerConfig<DemoUser>>) =>
    demoHandler({ webhookSecret: WEBHOOK_SECRET, ...options }).POST(
      signRequest(signBody({}, { accept: 'params' })),
    )

  it('are a sealed parameter of merge mode, and can be verified and parsed', async () => {
    const response = await merge({ claims: (user) => ({ userId: user.id }) })
    const { params } = await response.json()
    // {"userId":"alice"}
    expect(params.claims).toMatch(/^eyJ1c2VySWQiOiJhbGljZSJ9\.[\w-]{43}$/)
    expect(openClaims(params.claims, WEBHOOK_SECRET)).toEqual({
      ok: true,
      claims: { userId: 'alice' },
    })
    expect(openClaims(params.claims, SECRET)).toMatchObject({ ok: false })
    expect(openClaims(`${params.claims}.x`, WEBHOOK_SECRET)).toMatchObject({ ok: false })
  })

  it('are left out if empty, in compatible mode, and for the hosted service', async () => {
    const none = await (await merge({ claims: () => null })).json()
    expect(none.params).not.toHaveProperty('claims')
    const claims = () => ({ a: 'b' })
    const hosted = await (
      await merge({
        claims,
        target: 'cloudinary',
        presets: { default: { limits: {}, params: () => ({ folder: undefined }) } },
      })
    ).json()
    expect(JSON.stringify(hosted)).not.toContain('claims')
    const compatible = demoHandler({ claims, webhookSecret: WEBHOOK_SECRET })
    expect(await (await compatible.POST(signRequest(signBody()))).json()).not.toHaveProperty(
      'params',
    )
  })

  it('give 500 and a line in the log if they are not strings, too long, or cannot be sealed', async () => {
    const log = keptLog()
    const status = (options: Partial<SignHandlerConfig<DemoUser>>) =>
      statusOf(merge({ logger: log, ...options }))
    expect(await status({ claims: () => ({ n: 1 }) as never })).toBe(500)
    expect(await status({ claims: () => ({ a: 'x'.repeat(7000) }) })).toBe(500)
    vi.stubEnv('COUNTERSIGN_WEBHOOK_SECRET', undefined)
    expect(await status({ claims: () => ({ a: 'b' }), webhookSecret: undefined })).toBe(500)
    expect(log.lines.join()).toMatch(
      /object of strings.*at most 8192.*claims needs COUNTERSIGN_WEBHOOK_SECRET/s,
    )
  })
})

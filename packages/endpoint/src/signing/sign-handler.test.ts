import { generateSignatureCallback } from '@cloudinary-util/url-loader'
import { v2 as cloudinary } from 'cloudinary'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CONFORMANCE_CASES } from '../../test/conformance.js'
import {
  type DemoUser,
  demoHandler,
  keptLog,
  NOW_SECONDS,
  SECRET,
  signBody,
  signRequest,
} from '../../test/demo-handler.js'
import { HOSTILE_REQUESTS } from '../../test/hostile-requests.js'
import {
  type NotifyOptions,
  notification,
  notifyRequest,
  WEBHOOK_SECRET,
} from '../../test/notify.js'
import {
  anonymous,
  createSignHandler,
  force,
  type Params,
  type SignHandlerConfig,
  text,
} from '../index.js'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('on Node', () => {
  it.each(CONFORMANCE_CASES.map((each) => [each.title, each.run] as const))(
    '%s',
    async (_, run) => {
      await run()
    },
  )

  it('has a hostile corpus of at least 300 distinct requests', () => {
    const requests = HOSTILE_REQUESTS.map(({ title, ...request }) => JSON.stringify(request))
    expect(new Set(requests).size).toBeGreaterThanOrEqual(300)
  })
})

describe('creation', () => {
  const presets = { default: { limits: {}, params: () => ({}) } }

  it('throws a TypeError without authorize', () => {
    // @ts-expect-error authorize is required
    expect(() => createSignHandler({ presets })).toThrow(TypeError)
    expect(() => createSignHandler({ presets, authorize: true } as never)).toThrow(
      /authorize is required/,
    )
  })

  it.each([
    ['no presets', { presets: {} }, /presets needs/],
    [
      'params that is not a function',
      { presets: { default: { limits: {}, params: {} } } },
      /default\.params/,
    ],
    [
      'a limit that does not exist',
      { presets: { default: { limits: { maxSize: 1 }, params: () => ({}) } } },
      /limits\.maxSize is not a limit/,
    ],
    [
      'a limit out of range',
      { presets: { default: { limits: { maxBytes: 0 }, params: () => ({}) } } },
      /max_bytes/,
    ],
    ['an unknown target', { target: 's3' }, /target/],
    ['an origin with a path', { origins: ['https://app.example/x'] }, /origins/],
    [
      'a type without a format name',
      {
        target: 'cloudinary',
        presets: { default: { limits: { accept: ['text/css'] }, params: () => ({}) } },
      },
      /text\/css/,
    ],
  ])('throws a TypeError for %s', (_, options, message) => {
    const create = () => createSignHandler({ authorize: () => ({}), presets, ...options } as never)
    expect(create).toThrow(TypeError)
    expect(create).toThrow(message)
  })

  it('throws a TypeError for anonymous uploads without a reason or a limit', () => {
    expect(() => anonymous({ reason: '', limit: { perMinute: 1 } })).toThrow(/reason/)
    expect(() => anonymous({ reason: 'x' } as never)).toThrow(/limit/)
  })
})

describe('compatible clients', () => {
  it('creates the same signature as the SDK, for any params of the policy', async () => {
    const value = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((text) => text === text.normalize('NFC') && !/[\p{Cc}\p{Cs}]|%26/u.test(text))
    await fc.assert(
      fc.asyncProperty(value, value, async (displayName, context) => {
        const params = { timestamp: NOW_SECONDS, source: 'uw', display_name: displayName, context }
        const response = await openHandler().POST(
          signRequest(JSON.stringify({ paramsToSign: params })),
        )
        const { signature } = await response.json()
        expect(signature).toBe(sdkSignature(params, 'sha256'))
      }),
      { numRuns: 300 },
    )
  })

  it('signs with SHA-1 for the hosted service', async () => {
    const params = {
      timestamp: NOW_SECONDS,
      source: 'uw',
      folder: 'users/alice',
      allowed_formats: 'jpg,png',
    }
    const presets = {
      default: {
        limits: { accept: ['image/png', 'image/jpeg'], maxBytes: 1 },
        params: (user: DemoUser) => ({ folder: force(`users/${user.id}`) }),
      },
    }
    const handler = demoHandler({ target: 'cloudinary', presets })
    const answer = await (
      await handler.POST(signRequest(JSON.stringify({ paramsToSign: params })))
    ).json()
    expect(answer.signature).toBe(sdkSignature(params, 'sha1'))
    const merged = await (
      await handler.POST(
        signRequest(
          JSON.stringify({
            paramsToSign: { source: 'uw', folder: 'users/alice' },
            accept: 'params',
            nonce: 'a'.repeat(32),
          }),
        ),
      )
    ).json()
    expect(merged.params).toEqual({ ...params, timestamp: String(NOW_SECONDS) })
    expect(merged.upload_url).toBe('https://api.cloudinary.com/v1_1/demo')
    expect(merged.signature).toBe(sdkSignature(merged.params, 'sha1'))
  })

  it('names the option to set when a forced value is missing', async () => {
    const { error } = await refusal(
      await demoHandler().POST(signRequest(signBody({ folder: undefined }))),
    )
    expect(error.issues).toEqual([
      {
        param: 'folder',
        code: 'required',
        message:
          'folder must be sent as "users/alice": set options={{ folder: "users/alice" }} on the upload widget.',
        expected: 'users/alice',
      },
    ])
    expect(error.message).toBe(error.issues[0]?.message)
  })

  it('lists at most 20 issues', async () => {
    const params = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`p${index}`, 'x']))
    const { error } = await refusal(await demoHandler().POST(signRequest(signBody(params))))
    expect(error.issues).toHaveLength(20)
  })

  it('signs for the published next-cloudinary client', async () => {
    const handler = demoHandler()
    const fetcher = (
      url: string,
      init: { body: string; method: string; headers: Record<string, string> },
    ) => {
      expect(url).toBe('/api/sign-cloudinary-params')
      return handler.POST(
        signRequest(init.body, {
          method: init.method,
          headers: { 'content-type': init.headers['Content-Type'] ?? null },
        }),
      )
    }
    const sign = generateSignatureCallback({
      signatureEndpoint: '/api/sign-cloudinary-params',
      fetch: fetcher as never,
    }) as (callback: (signature: unknown) => void, params: unknown) => void
    const params = { timestamp: NOW_SECONDS, source: 'uw', folder: 'users/alice' }
    const signature = await new Promise((resolve) => sign(resolve, params))
    expect(signature).toBe(sdkSignature(params, 'sha256'))
  })

  it('signs with the key of NEXT_PUBLIC_CLOUDINARY_API_KEY, and in merge mode with the first key', async () => {
    vi.stubEnv('NEXT_PUBLIC_CLOUDINARY_API_KEY', 'page')
    const keys = () => [
      { id: 'deliver', secret: 'd'.repeat(24), scopes: ['deliver' as const] },
      { id: 'first', secret: 'f'.repeat(24), scopes: ['upload' as const] },
      { id: 'page', secret: 'p'.repeat(24), scopes: ['upload' as const] },
    ]
    const handler = demoHandler({ keys })
    expect((await (await handler.POST(signRequest(signBody()))).json()).api_key).toBe('page')
    expect(
      (await (await handler.POST(signRequest(signBody({}, { accept: 'params' })))).json()).api_key,
    ).toBe('first')
  })
})

describe('policy', () => {
  it('that lets the client choose a server-only parameter is a type error, and gives 500 at run time', async () => {
    const log = keptLog()
    const handler = demoHandler({
      logger: log,
      presets: {
        default: {
          limits: {},
          // @ts-expect-error a parameter that makes the server call out can only be forced
          params: () => ({ notificationUrl: text({ max: 200 }) }),
        },
      },
    })
    const response = await handler.POST(
      signRequest(signBody({ folder: undefined, notification_url: 'https://evil.example' })),
    )
    expect(response.status).toBe(500)
    expect(log.lines.join()).toContain('notificationUrl can only be forced')
  })

  it('with a parameter that is never signed is a type error, and gives 500 at run time', async () => {
    // @ts-expect-error eval is not a parameter of a policy
    const params: Params = { eval: force('x') }
    const handler = demoHandler({ presets: { default: { limits: {}, params: () => params } } })
    expect((await handler.POST(signRequest(signBody({ folder: undefined })))).status).toBe(500)
  })

  it('signs a forced uploadPreset in merge mode', async () => {
    const presets = { default: { limits: {}, params: () => ({ uploadPreset: force('avatars') }) } }
    const body = JSON.stringify({ paramsToSign: { timestamp: 1 }, accept: 'params' })
    const { params } = await (await demoHandler({ presets }).POST(signRequest(body))).json()
    expect(params.upload_preset).toBe('avatars')
    expect(params).not.toHaveProperty('limits')
  })

  it('refuses a timestamp outside the window, even if its own rule allows the timestamp', async () => {
    const presets = { default: { limits: {}, params: () => ({ timestamp: text() }) } }
    const far = JSON.stringify({ paramsToSign: { timestamp: 9_999_999_999 } })
    expect((await demoHandler({ presets }).POST(signRequest(far))).status).toBe(422)
    const merged = await demoHandler({ presets }).POST(
      signRequest(JSON.stringify({ paramsToSign: {}, accept: 'params' })),
    )
    expect((await merged.json()).params.timestamp).toBe(String(NOW_SECONDS))
  })

  it('describes to each user only the presets that the user may use', async () => {
    const ask = async (cookie: string) =>
      (
        await (
          await demoHandler().GET(signRequest(undefined, { method: 'GET', headers: { cookie } }))
        ).json()
      ).presets
    expect(Object.keys(await ask('session=alice'))).toEqual(['default'])
    expect(Object.keys(await ask('session=bob'))).toEqual(['default', 'video'])
    expect(JSON.stringify(await ask('session=bob'))).not.toContain('alice')
  })
})

describe('internal failures', () => {
  it('gives a constant 500 and logs the reason with the request id', async () => {
    const log = keptLog()
    const handler = demoHandler({
      logger: log,
      authorize: async () => {
        throw new Error('database password hunter2')
      },
    })
    const { status, error } = await refusal(await handler.POST(signRequest(signBody())))
    expect(status).toBe(500)
    expect(error.code).toBe('internal')
    expect(JSON.stringify(error)).not.toContain('hunter2')
    expect(log.lines[0]).toContain(error.request_id)
    expect(log.lines[0]).toContain('hunter2')
  })

  it('reads the environment at the first request, so that the app builds without secrets', async () => {
    const log = keptLog()
    const handler = demoHandler({
      logger: log,
      keys: undefined,
      cloudName: undefined,
      url: undefined,
    })
    vi.stubEnv('CLOUDINARY_URL', undefined)
    vi.stubEnv('NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME', 'dev-1')
    vi.stubEnv('NEXT_PUBLIC_CLOUDINARY_API_KEY', '123456789012345')
    vi.stubEnv('NEXT_PUBLIC_COUNTERSIGN_URL', 'http://127.0.0.1:8787/')
    vi.stubEnv('CLOUDINARY_API_SECRET', `"${SECRET}"`)
    const answer = await (
      await handler.POST(signRequest(signBody({}, { accept: 'params' })))
    ).json()
    expect(answer).toMatchObject({
      cloud_name: 'dev-1',
      api_key: '123456789012345',
      upload_url: 'http://127.0.0.1:8787/v1_1/dev-1',
    })
    expect(answer.signature).toBe(sdkSignature(answer.params, 'sha256'))
    expect(log.lines.join()).toContain('CLOUDINARY_API_SECRET: quotes or blanks')
    expect(log.lines.join()).not.toContain(SECRET)
  })

  it('logs the variable to set if the address of the media server is missing', async () => {
    const log = keptLog()
    vi.stubEnv('COUNTERSIGN_URL', undefined)
    vi.stubEnv('NEXT_PUBLIC_COUNTERSIGN_URL', undefined)
    const { status, error } = await refusal(
      await demoHandler({ logger: log, url: undefined }).POST(signRequest(signBody())),
    )
    expect([status, error.code]).toEqual([500, 'config_invalid'])
    expect(log.lines.join()).toContain('NEXT_PUBLIC_COUNTERSIGN_URL')
  })

  it('refuses to sign while a public variable contains the secret', async () => {
    const log = keptLog()
    vi.stubEnv('NEXT_PUBLIC_CLOUDINARY_API_SECRET', SECRET)
    const response = await demoHandler({ logger: log }).POST(signRequest(signBody()))
    expect(response.status).toBe(500)
    expect(log.lines.join()).toContain('NEXT_PUBLIC_CLOUDINARY_API_SECRET')
    expect(log.lines.join()).not.toContain(SECRET)
  })

  describe('a key that may also manage assets', () => {
    const manageKey = { id: '1', secret: SECRET, scopes: ['upload', 'manage'] as const }
    const uploadKey = { id: '2', secret: 'u'.repeat(24), scopes: ['upload'] as const }
    const merge = signBody({}, { accept: 'params' })

    it.each([
      ['in compatible mode', 'POST', signBody()],
      ['in merge mode', 'POST', merge],
      ['in discovery', 'GET', undefined],
    ] as const)('signs nothing %s, and logs what to do', async (_, method, body) => {
      const log = keptLog()
      const handler = demoHandler({ logger: log, keys: () => [manageKey] })
      const response = await handler[method](signRequest(body, { method }))
      expect(response.status).toBe(500)
      expect(await response.text()).not.toContain('manage')
      expect(log.lines.join()).toMatch(/The key 1 may also manage assets.*allowManageKey: true/)
      expect(log.lines.join()).not.toContain(SECRET)
    })

    it.each([
      ['is named twice, once with manage', [{ ...manageKey, scopes: ['upload'] }, manageKey]],
      ['is named twice, once without scopes', [{ ...manageKey, scopes: undefined }, manageKey]],
      ['has a misspelled scope', [{ ...manageKey, scopes: ['upload', 'Manage'] }]],
      ['has a scope with a blank', [{ ...manageKey, scopes: ['upload', ' manage'] }]],
      ['has its scopes in one string', [{ ...manageKey, scopes: 'upload+deliver' }]],
      ['has null as scopes', [{ ...manageKey, scopes: null }]],
      ['is not in a list', manageKey],
    ])('signs nothing if a key of keys() %s', async (_, given) => {
      const log = keptLog()
      const handler = demoHandler({ logger: log, keys: () => given as never })
      expect((await handler.POST(signRequest(merge))).status).toBe(500)
      expect(log.lines.join()).toMatch(/CONFIG_INVALID: .*(key 1|list of keys)/)
      expect(log.lines.join()).not.toContain(SECRET)
    })

    it('is skipped if the list also contains an upload-only key', async () => {
      const handler = demoHandler({ keys: () => [manageKey, uploadKey] })
      for (const body of [signBody(), merge]) {
        expect(await (await handler.POST(signRequest(body))).json()).toMatchObject({ api_key: '2' })
      }
    })

    it('is refused if the page uses it, even if another key could sign', async () => {
      const log = keptLog()
      vi.stubEnv('NEXT_PUBLIC_CLOUDINARY_API_KEY', '1')
      const handler = demoHandler({ logger: log, keys: () => [manageKey, uploadKey] })
      expect((await handler.POST(signRequest(signBody()))).status).toBe(500)
      expect(log.lines.join()).toContain('NEXT_PUBLIC_CLOUDINARY_API_KEY names the key 1')
    })

    it('signs with allowManageKey, and for target cloudinary', async () => {
      for (const options of [{ allowManageKey: true }, { target: 'cloudinary' }] as const) {
        const handler = demoHandler({ ...options, keys: () => [manageKey] })
        expect((await handler.POST(signRequest(merge))).status).toBe(200)
      }
      expect(() => demoHandler({ allowManageKey: 'yes' as never })).toThrow(TypeError)
    })

    it.each([
      ['CLOUDINARY_URL', { CLOUDINARY_URL: `cloudinary://1:${SECRET}@demo` }],
      [
        'CLOUDINARY_API_SECRET, if CLOUDINARY_URL has the same key',
        {
          CLOUDINARY_URL: `cloudinary://1:${SECRET}@demo`,
          CLOUDINARY_API_KEY: '1',
          CLOUDINARY_API_SECRET: SECRET,
        },
      ],
      ['COUNTERSIGN_KEYS', { COUNTERSIGN_KEYS: `1:manage+upload:${SECRET}` }],
    ])('signs nothing if it comes from %s', async (_, variables) => {
      vi.stubEnv('CLOUDINARY_URL', undefined)
      vi.stubEnv('CLOUDINARY_API_SECRET', undefined)
      for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
      expect((await demoHandler({ keys: undefined }).POST(signRequest(signBody()))).status).toBe(
        500,
      )
    })
  })

  it('calls audit with each outcome, and ignores an audit that throws', async () => {
    const outcomes: string[] = []
    const handler = demoHandler({
      audit: ({ outcome, preset }) => {
        outcomes.push(`${outcome} ${preset ?? '-'}`)
        throw new Error('audit is down')
      },
    })
    expect((await handler.POST(signRequest(signBody()))).status).toBe(200)
    await handler.POST(signRequest(signBody({ eval: 'x' })))
    expect(outcomes).toEqual(['signed default', 'params_refused -'])
  })
})

describe('rate limits of signatures', () => {
  const addressed = (address: string, cookie = 'session=alice') =>
    signRequest(signBody({ folder: cookie === 'session=alice' ? 'users/alice' : 'users/bob' }), {
      headers: { 'x-forwarded-for': address, cookie },
    })

  it('refuses the 601st signature of a user in a minute with Retry-After', async () => {
    const handler = demoHandler()
    for (let count = 0; count < 600; count += 1) {
      expect((await handler.POST(addressed(`203.0.113.${count % 200}`))).status).toBe(200)
    }
    const refused = await handler.POST(addressed('203.0.113.250'))
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    expect((await handler.POST(addressed('203.0.113.250', 'session=bob'))).status).toBe(200)
  })

  it('refuses a user who calls too often, but no other user of the same address', async () => {
    const handler = demoHandler()
    for (let count = 0; count < 1300; count += 1) await handler.POST(addressed('203.0.113.1'))
    expect((await handler.POST(addressed('203.0.113.1'))).status).toBe(429)
    expect((await handler.POST(addressed('203.0.113.1', 'session=bob'))).status).toBe(200)
  })

  it('signs for a hundred photos dropped at once', async () => {
    const handler = demoHandler()
    const drop = (accept: Readonly<Record<string, string>>) =>
      Promise.all(
        Array.from({ length: 100 }, () =>
          handler.POST(
            signRequest(signBody({}, accept), { headers: { 'x-forwarded-for': '203.0.113.1' } }),
          ),
        ),
      )
    const statuses = [...(await drop({})), ...(await drop({ accept: 'params' }))]
    expect(new Set(statuses.map(({ status }) => status))).toEqual(new Set([200]))
  })

  it('gives 429 for the 61st failure of an address in a minute, and still signs for its users', async () => {
    let nowMs = NOW_SECONDS * 1000
    const handler = demoHandler({ now: () => nowMs })
    const ask = (cookie: string, address = '203.0.113.1') =>
      handler.POST(addressed(address, cookie))
    const failures: number[] = []
    for (let count = 0; count < 61; count += 1) failures.push((await ask('session=mallory')).status)
    expect(failures).toEqual([...Array(60).fill(401), 429])
    const refused = await ask('session=mallory')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    expect((await ask('session=alice')).status).toBe(200)
    expect((await ask('session=mallory', '203.0.113.2')).status).toBe(401)
    nowMs += 1000
    expect((await ask('session=mallory')).status).toBe(401)
  })

  describe('after 60 failures of one kind', () => {
    const from = { 'x-forwarded-for': '203.0.113.1' }
    const hostile = (headers: Record<string, string>) => signRequest('x', { headers })
    const notify = (options: NotifyOptions = {}) => {
      const { headers, body } = notification(options)
      return notifyRequest({ headers: { ...headers, ...from }, body })
    }
    const FAILURES = {
      'pages of other sites': [
        () => hostile({ ...from, origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' }),
        403,
      ],
      'forged notifications': [() => notify({ secret: 'another-secret-of-20-chars' }), 401],
      'callers who are not signed in': [
        () => addressed(from['x-forwarded-for'], 'session=no'),
        401,
      ],
      'users whose parameters are refused': [
        () => signRequest(signBody({ eval: 'x' }), { headers: from }),
        422,
      ],
    } as const
    type Kind = keyof typeof FAILURES
    const KINDS = Object.keys(FAILURES) as Kind[]

    it.each(KINDS)(
      '%s get 429, and other callers of the same address are not limited',
      async (kind) => {
        const told: string[] = []
        const handler = demoHandler({
          webhookSecret: WEBHOOK_SECRET,
          onUploaded: (asset) => void told.push(asset.publicId),
        })
        const statusOf = async (each: Kind) => (await handler.POST(FAILURES[each][0]())).status
        for (let count = 0; count < 60; count += 1) {
          expect(await statusOf(kind)).toBe(FAILURES[kind][1])
        }
        expect(await statusOf(kind)).toBe(429)
        for (const other of KINDS.filter((each) => each !== kind)) {
          expect([other, await statusOf(other)]).toEqual([other, FAILURES[other][1]])
        }
        expect((await handler.POST(addressed(from['x-forwarded-for']))).status).toBe(200)
        const genuine = await handler.POST(notify())
        expect([genuine.status, told]).toEqual([200, ['users/alice/cat']])
      },
    )
  })

  it('does not call the store while an address is refused', async () => {
    const keys = new Set<string>()
    let asked = 0
    const take = (key: string) => {
      asked += 1
      const isNew = !keys.has(key)
      keys.add(key)
      return isNew ? { ok: true } : { ok: false, retryAfterSeconds: 30 }
    }
    const handler = demoHandler({ limiterStore: { take } })
    const fail = async () => (await handler.POST(addressed('203.0.113.1', 'session=no'))).status
    expect([await fail(), await fail(), await fail(), await fail()]).toEqual([401, 429, 429, 429])
    expect(asked).toBe(2)
  })

  it('counts an IPv6 caller as its /64 network, for failures and for signatures', async () => {
    const handler = demoHandler()
    const statuses: number[] = []
    for (let count = 0; count < 61; count += 1) {
      const address = `2001:db8:1:2::${count.toString(16)}`
      statuses.push((await handler.POST(addressed(address, 'session=mallory'))).status)
    }
    expect(statuses).toEqual([...Array(60).fill(401), 429])
    const neighbor = await handler.POST(addressed('2001:db8:1:3::1', 'session=mallory'))
    expect(neighbor.status).toBe(401)
  })

  it('gives the anonymous callers of one /64 network one limit, in any notation of the address', async () => {
    const signedOf = async (addressAt: (count: number) => string) => {
      const handler = createSignHandler({
        authorize: anonymous({ reason: 'guest book', limit: { perMinute: 3 } }),
        presets: { default: { limits: {}, params: () => ({}) } },
        cloudName: 'demo',
        url: 'https://media.example',
        keys: () => [{ id: '1', secret: SECRET, scopes: ['upload'] }],
        now: () => NOW_SECONDS * 1000,
      })
      let signed = 0
      for (let count = 0; count < 6; count += 1) {
        const headers = { 'x-forwarded-for': addressAt(count) }
        const body = JSON.stringify({ paramsToSign: {}, accept: 'params' })
        if ((await handler.POST(signRequest(body, { headers }))).status === 200) signed += 1
      }
      return signed
    }
    expect(await signedOf(() => '198.51.100.7')).toBe(3)
    expect(await signedOf((count) => `198.51.100.7:${50_000 + count}`)).toBe(3)
    expect(await signedOf((count) => `2001:db8:0:1::${count}`)).toBe(3)
    expect(await signedOf((count) => `[2001:DB8:0:1:${count}::]:443`)).toBe(3)
    expect(await signedOf((count) => `2001:db8:0:${count}::1`)).toBe(6)
    // Text that is not an address identifies no caller; such callers share one allowance.
    expect(await signedOf((count) => `garbage-${count}`)).toBe(3)
  })

  it('counts an address of addressOf as its network, and other text up to 256 characters', async () => {
    const keys: string[] = []
    const limiterStore = {
      take: (key: string) => {
        keys.push(key)
        return { ok: true }
      },
    }
    const long = 'x'.repeat(16_000)
    for (const address of ['2001:db8::1', '::ffff:192.0.2.1', 'tunnel-7', long, '', undefined]) {
      const handler = demoHandler({ limiterStore, addressOf: () => address })
      await handler.POST(signRequest(signBody(), { headers: { 'x-forwarded-for': '192.0.2.9' } }))
    }
    expect(keys.filter((key) => key.startsWith('address:'))).toEqual([
      'address:2001:db8::/64',
      'address:192.0.2.1',
      'address:tunnel-7',
      `address:${'x'.repeat(256)}`,
    ])
  })

  it('counts users, addresses and failures in the store of the app', async () => {
    const keys: string[] = []
    const take = (key: string) => {
      keys.push(key)
      return { ok: true }
    }
    const handler = demoHandler({ limiterStore: { take } })
    await handler.POST(addressed('203.0.113.1'))
    await handler.POST(addressed('203.0.113.1', 'session=mallory'))
    expect(keys).toEqual([
      'user:string:alice',
      'address:203.0.113.1',
      'failures:caller:203.0.113.1',
    ])
  })

  it('allows users and refuses visitors if the store fails, and logs the error', async () => {
    const log = keptLog()
    const limiterStore = { take: () => Promise.reject(new Error('redis is away')) }
    const handler = demoHandler({ limiterStore, logger: log })
    expect((await handler.POST(addressed('203.0.113.1'))).status).toBe(200)
    expect((await handler.POST(addressed('203.0.113.1', 'session=mallory'))).status).toBe(401)
    expect(log.lines.join()).toContain('redis is away')
    const visitors = createSignHandler({
      authorize: anonymous({ reason: 'test', limit: { perMinute: 5 } }),
      presets: { default: { limits: {}, params: () => ({}) } },
      limiterStore,
      logger: log,
    })
    const refused = await visitors.POST(addressed('203.0.113.1'))
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30'])
  })

  it('allows users and refuses visitors if the limiter of the app fails', async () => {
    const limit = () => Promise.reject(new Error('redis'))
    expect((await demoHandler({ limit }).POST(signRequest(signBody()))).status).toBe(200)
    const open = {
      limit,
      authorize: anonymous({ reason: 'test', limit: { perMinute: 5 } }),
    } as unknown as Partial<SignHandlerConfig<DemoUser>>
    const presets = { default: { limits: {}, params: () => ({}) } }
    expect(
      (await demoHandler({ ...open, presets }).POST(signRequest(signBody({ folder: undefined }))))
        .status,
    ).toBe(429)
  })
})

describe('discovery by POST', () => {
  const DISCOVERY = 'application/vnd.countersign.discovery+json'
  const asking = (headers: Readonly<Record<string, string>> = {}) =>
    signRequest(signBody(), { headers: { accept: DISCOVERY, ...headers } })

  it.each([DISCOVERY, `application/json;q=0.5, ${DISCOVERY.toUpperCase()};q=0.9`])(
    'gives the same answer as GET for Accept: %s, and signs nothing',
    async (accept) => {
      const outcomes: string[] = []
      const handler = demoHandler({ audit: ({ outcome }) => void outcomes.push(outcome) })
      const answers = [
        await handler.GET(signRequest(undefined, { method: 'GET' })),
        await handler.POST(asking({ accept })),
      ]
      const [byGet, byPost] = await Promise.all(answers.map((answer) => answer.json()))
      expect(byPost).toEqual(byGet)
      expect(byPost.version).toBe(1)
      expect(outcomes).toEqual([])
    },
  )

  it.each(['application/json', '*/*', 'text/html'])('signs with Accept: %s', async (accept) => {
    const answer = await demoHandler().POST(asking({ accept }))
    expect(await answer.json()).toHaveProperty('signature')
  })

  it('is refused to a caller who is not signed in and to another origin', async () => {
    const stranger = await demoHandler({ authorize: () => null }).POST(asking())
    expect(stranger.status).toBe(401)
    const foreign = asking({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })
    expect((await demoHandler().POST(foreign)).status).toBe(403)
  })

  it('does not count as a signature', async () => {
    const keys: string[] = []
    const take = (key: string) => ({ ok: keys.push(key) > 0 })
    await demoHandler({ limiterStore: { take } }).POST(asking())
    expect(keys.every((key) => key.startsWith('discovery:'))).toBe(true)
    expect(keys).not.toEqual([])
  })
})

describe('rate limits of discovery', () => {
  const asking = (address: string, cookie = 'session=alice') =>
    signRequest(undefined, { method: 'GET', headers: { 'x-forwarded-for': address, cookie } })

  it('refuses the 601st call of a user in a minute with Retry-After, without calling a preset', async () => {
    let asked = 0
    const params = () => {
      asked += 1
      return {}
    }
    const handler = demoHandler({ presets: { default: { limits: {}, params } } })
    for (let count = 0; count < 600; count += 1) {
      expect((await handler.GET(asking(`203.0.113.${count % 200}`))).status).toBe(200)
    }
    const refused = await handler.GET(asking('203.0.113.250'))
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    expect(await refused.json()).toMatchObject({ error: { code: 'rate_limited' } })
    expect(asked).toBe(600)
    expect((await handler.GET(asking('203.0.113.250', 'session=bob'))).status).toBe(200)
  })

  it('refuses the 1,201st call of an address in a minute, and of an IPv6 network', async () => {
    const open = () =>
      createSignHandler({
        authorize: anonymous({ reason: 'guest book', limit: { perMinute: 3 } }),
        presets: { default: { limits: {}, params: () => ({}) } },
        cloudName: 'demo',
        url: 'https://media.example',
        keys: () => [{ id: '1', secret: SECRET, scopes: ['upload'] }],
        now: () => NOW_SECONDS * 1000,
      })
    for (const addressAt of [
      () => '198.51.100.7',
      (count: number) => `2001:db8:0:1::${count.toString(16)}`,
    ]) {
      const handler = open()
      let answered = 0
      for (let count = 0; count < 1210; count += 1) {
        if ((await handler.GET(asking(addressAt(count)))).status === 200) answered += 1
      }
      expect(answered).toBe(1200)
      expect((await handler.GET(asking('198.51.100.8'))).status).toBe(200)
    }
  })

  it('counts separately from signatures', async () => {
    const keys: string[] = []
    const limiterStore = {
      take: (key: string) => {
        keys.push(key)
        return { ok: true }
      },
    }
    const handler = demoHandler({ limiterStore })
    await handler.GET(asking('203.0.113.1'))
    await handler.POST(signRequest(signBody(), { headers: { 'x-forwarded-for': '203.0.113.1' } }))
    expect(keys).toEqual([
      'discovery:user:string:alice',
      'discovery:address:203.0.113.1',
      'user:string:alice',
      'address:203.0.113.1',
    ])
  })

  it('does not call the app’s own limiter, which counts signatures', async () => {
    const limit = vi.fn(() => ({ ok: false }))
    const handler = demoHandler({ limit })
    expect((await handler.GET(asking('203.0.113.1'))).status).toBe(200)
    expect(limit).not.toHaveBeenCalled()
  })
})

function openHandler() {
  return demoHandler({
    presets: { default: { limits: {}, params: () => ({ displayName: text(), context: text() }) } },
  })
}

function sdkSignature(params: Record<string, unknown>, algorithm: 'sha1' | 'sha256'): string {
  const sign = cloudinary.utils.api_sign_request as unknown as (
    params: Record<string, unknown>,
    secret: string,
    algorithm: string,
    version: number,
  ) => string
  return sign({ ...params }, SECRET, algorithm, 2)
}

async function refusal(response: Response): Promise<{
  status: number
  error: { code: string; message: string; request_id: string; issues: { message: string }[] }
}> {
  return { status: response.status, ...(await response.json()) }
}

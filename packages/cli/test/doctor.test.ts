import { createSignHandler } from '@countersign/endpoint'
import { apiSignRequest } from '@countersign/protocol/signature'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { DANGEROUS_REQUESTS } from '../src/doctor/dangerous-requests.js'
import { runChecks } from '../src/doctor/run-checks.js'
import {
  CLOUD,
  type Cleanup,
  envFile,
  examineApp,
  FULL_KEY,
  type PlayedRoute,
  playApp,
  startMediaServer,
  UPLOAD_KEY,
} from './play-app.js'

// Imported by its path, because the app is a project of its own with the tutorial's settings.
const tutorial = new URL(
  '../../../test/apps/tutorial-app/app/api/sign-cloudinary-params/route.ts',
  import.meta.url,
)
const { POST: tutorialRoute }: { POST(request: Request): Promise<Response> } = await import(
  /* @vite-ignore */ tutorial.href
)

const ROUTE = '/api/sign-cloudinary-params'
const cleanups: Cleanup[] = []

afterEach(async () => {
  vi.unstubAllEnvs()
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

const env = (changes?: Record<string, string | null>) => ({ '.env.local': envFile(changes) })

/** A route file without a function for `GET`, which Next answers with 405. */
const onlyPost =
  (post: PlayedRoute): PlayedRoute =>
  (request) =>
    request.method === 'POST' ? post(request) : new Response(null, { status: 405 })

/** The body of the tutorial's route, with a secret of the test's choice. */
const openRoute = (secret: string): PlayedRoute =>
  onlyPost(async (request) => {
    const { paramsToSign } = await request.json()
    return Response.json({ signature: apiSignRequest(paramsToSign, secret) })
  })

/**
 * A route that authenticates its caller, accepts the widget's two parameters, and publishes its
 * limits.
 */
const carefulRoute =
  (limits: object = { max_bytes: 5_000_000, accept: ['image/png'] }): PlayedRoute =>
  async (request) => {
    const server_time = Math.floor(Date.now() / 1000)
    if (request.headers.get('cookie') !== 'session=alice-of-the-tests') {
      return Response.json({ error: { code: 'unauthorized', server_time } }, { status: 401 })
    }
    if (request.method === 'GET') {
      const presets = { default: { limits, params: { folder: { const: 'users/1' } } } }
      return Response.json({
        version: 1,
        cloud_name: CLOUD,
        api_key: UPLOAD_KEY.id,
        server_time,
        presets,
      })
    }
    const { paramsToSign } = await request.json()
    const names = Object.keys(paramsToSign).sort().join()
    if (names !== 'folder,source,timestamp') {
      return Response.json({ error: { code: 'params_refused' } }, { status: 422 })
    }
    return Response.json({
      signature: apiSignRequest(paramsToSign, UPLOAD_KEY.secret, { algorithm: 'sha256' }),
      api_key: UPLOAD_KEY.id,
      cloud_name: CLOUD,
    })
  }

const COOKIE = { cookie: 'session=alice-of-the-tests' }

describe('the doctor, for the unchanged tutorial route', () => {
  it('reports that the route signs for everyone, and every dangerous request that it signs', async () => {
    vi.stubEnv('CLOUDINARY_API_SECRET', UPLOAD_KEY.secret)
    const report = await examineApp(
      { files: env(), routes: { [ROUTE]: onlyPost(tutorialRoute) } },
      cleanups,
    )
    expect(report.of('strangers')).toMatchObject({ severity: 'red' })
    expect(report.of('dangerous-params')).toMatchObject({
      severity: 'red',
      seen: expect.stringContaining(
        `signed ${DANGEROUS_REQUESTS.length} of ${DANGEROUS_REQUESTS.length}`,
      ),
    })
    expect(report.of('signature').severity).toBe('green')
    expect(report.counts.red).toBeGreaterThan(0)
  })
})

describe('the doctor, for an app without faults', () => {
  it('reports nothing red for an anonymous caller', async () => {
    const server = await startMediaServer(cleanups)
    const report = await examineApp(
      { files: env({ NEXT_PUBLIC_COUNTERSIGN_URL: server }), routes: { [ROUTE]: carefulRoute() } },
      cleanups,
    )
    expect(report.findings.filter(({ severity }) => severity === 'red')).toEqual([])
    for (const check of ['strangers', 'clock', 'cloud', 'media-server', 'key-scope']) {
      expect(report.of(check), check).toMatchObject({ severity: 'green' })
    }
  })

  it('reports everything green with a user’s cookie and a full key, except the anonymous check', async () => {
    const server = await startMediaServer(cleanups)
    const report = await examineApp(
      {
        files: {
          ...env({ NEXT_PUBLIC_COUNTERSIGN_URL: server }),
          '.next/static/chunks/main.js': 'console.log("no secret")',
        },
        routes: { [ROUTE]: carefulRoute({ max_bytes: 20_000_000, accept: ['image/png'] }) },
      },
      cleanups,
      { ...COOKIE, admin: FULL_KEY },
    )
    expect(report.findings.filter(({ severity }) => severity !== 'green')).toMatchObject([
      { check: 'strangers', severity: 'skipped' },
    ])
  })

  it('sends a limited number of requests to app and media server, and follows no redirect', async () => {
    const { url, folder, requests } = await playApp(
      {
        files: env({ NEXT_PUBLIC_COUNTERSIGN_URL: 'http://media.example' }),
        routes: { [ROUTE]: openRoute('x') },
      },
      cleanups,
    )
    const { runChecks } = await import('../src/doctor/run-checks.js')
    const report = await runChecks({ url, folder })
    expect(requests.length).toBeLessThan(60)
    expect(report.findings.find(({ check }) => check === 'media-server')).toMatchObject({
      severity: 'skipped',
      seen: expect.stringContaining('named on the command line'),
    })
  })
})

describe('the doctor, for a broken app, reports', () => {
  const secretCases = [
    ['a missing secret', { CLOUDINARY_API_SECRET: null }, 'missing or empty'],
    ['an empty secret', { CLOUDINARY_API_SECRET: '' }, 'missing or empty'],
    ['quotes inside the value', { CLOUDINARY_API_SECRET: `'"${UPLOAD_KEY.secret}"'` }, 'quotes'],
    ['typographic quotes', { CLOUDINARY_API_SECRET: `“${UPLOAD_KEY.secret}”` }, 'quotes'],
    ['a padded secret', { CLOUDINARY_API_SECRET: `"${UPLOAD_KEY.secret} "` }, 'blank'],
    ['a line break in it', { CLOUDINARY_API_SECRET: `"${UPLOAD_KEY.secret}\\n"` }, 'blank'],
    ['placeholder text', { CLOUDINARY_API_SECRET: '<your_api_secret>' }, 'placeholder'],
    ['your_api_secret', { CLOUDINARY_API_SECRET: 'your_api_secret' }, 'placeholder'],
    [
      'id and secret swapped',
      { CLOUDINARY_API_SECRET: UPLOAD_KEY.id, NEXT_PUBLIC_CLOUDINARY_API_KEY: UPLOAD_KEY.secret },
      'swapped',
    ],
    ['a secret without a key', { NEXT_PUBLIC_CLOUDINARY_API_KEY: null }, 'which key'],
    ['a URL without its form', { CLOUDINARY_URL: 'cloudinary://1234' }, 'CLOUDINARY_URL'],
  ] as const
  it.each(secretCases)('%s', async (_, changes, words) => {
    const report = await examineApp({ files: env(changes) }, cleanups)
    expect(report.of('secrets')).toMatchObject({
      severity: 'red',
      seen: expect.stringContaining(words),
      advice: expect.any(String),
    })
  })

  it('quotes that Next removes and docker keeps, as amber', async () => {
    const report = await examineApp(
      { files: env({ CLOUDINARY_API_SECRET: `"${UPLOAD_KEY.secret}"` }) },
      cleanups,
    )
    expect(report.of('secrets')).toMatchObject({ severity: 'amber' })
  })

  it.each([
    ['by its name', { NEXT_PUBLIC_CLOUDINARY_API_SECRET: 'something' }],
    ['by its value', { NEXT_PUBLIC_SETTINGS: `a,${UPLOAD_KEY.secret}` }],
    ['in a URL', { VITE_URL: 'cloudinary://1:2@cloud' }],
  ])('a public variable that holds a secret, %s', async (_, changes) => {
    const report = await examineApp({ files: env(changes) }, cleanups)
    expect(report.of('public-secrets')).toMatchObject({ severity: 'red' })
  })

  const { secret } = UPLOAD_KEY
  it.each([
    ['as it is', secret],
    ['as base64', Buffer.from(secret).toString('base64')],
    ['as base64', Buffer.from(`1:${secret}`).toString('base64')],
    ['as base64', Buffer.from(`x${secret}yz`).toString('base64url')],
    ['as hex', Buffer.from(secret).toString('hex')],
    ['reversed', [...secret].reverse().join('')],
  ])('the secret in a built file, %s', async (form, text) => {
    const path = '.next/static/chunks/app.js.map'
    const report = await examineApp({ files: { ...env(), [path]: `{"a":"${text}"}` } }, cleanups)
    expect(report.of('client-bundle')).toMatchObject({
      severity: 'red',
      details: [`${path}: CLOUDINARY_API_SECRET, ${form}`],
    })
  })

  it('the secret in a built file, URL-encoded', async () => {
    const report = await examineApp(
      {
        files: {
          ...env({ CLOUDINARY_API_SECRET: 'a+secret/with=signs-in-it' }),
          'out/index.html': 'a%2Bsecret%2Fwith%3Dsigns-in-it',
        },
      },
      cleanups,
    )
    expect(report.of('client-bundle').details).toEqual([
      'out/index.html: CLOUDINARY_API_SECRET, URL-encoded',
    ])
  })

  it('ignores a default path that a proxy redirects if the source has a route', async () => {
    const toLogin = () => new Response(null, { status: 307, headers: { location: '/login' } })
    const report = await examineApp(
      {
        files: {
          ...env(),
          [`app${ROUTE}/route.ts`]: 'export const { POST } = createSignHandler({})',
        },
        routes: {
          [ROUTE]: openRoute(UPLOAD_KEY.secret),
          '/api/pages/sign-cloudinary-params': toLogin,
        },
      },
      cleanups,
    )
    expect(report.of('route').severity).toBe('green')
    expect(report.findings.filter(({ check }) => check === 'route')).toHaveLength(1)
  })

  const html = { 'content-type': 'text/html' }
  const routeCases: [string, PlayedRoute | undefined, string][] = [
    ['no route', undefined, '404'],
    ['a route without POST', () => new Response(null, { status: 405 }), 'does not take POST'],
    ['a page in its place', () => new Response('<!DOCTYPE html>', { headers: html }), 'HTML page'],
    [
      'a redirect to a login page',
      () => new Response(null, { status: 307, headers: { location: '/login?next=%2Fapi' } }),
      '/login, a login page',
    ],
    ['another name of the signature', () => Response.json({ sig: 'x' }), 'without a text named'],
    ['a route that fails', () => Response.json({}, { status: 500 }), '500'],
    ['a text in place of JSON', () => new Response('ok'), 'not JSON'],
  ]
  it.each(routeCases)('%s', async (_, route, words) => {
    const report = await examineApp(
      { files: env(), routes: route ? { [ROUTE]: route } : {} },
      cleanups,
    )
    expect(report.of('route')).toMatchObject({
      severity: 'red',
      seen: expect.stringContaining(words),
    })
  })

  it('an app that does not answer', async () => {
    const report = await examineApp({ files: env() }, cleanups, {
      url: new URL('http://127.0.0.1:1'),
    })
    expect(report.of('route')).toMatchObject({ severity: 'red' })
  })

  it('an app that never answers', async () => {
    const report = await examineApp(
      { files: env(), routes: { [ROUTE]: () => new Promise(() => undefined) } },
      cleanups,
      { timeoutMs: 100 },
    )
    expect(report.of('route').seen).toContain('no answer within 0.1 s')
  })

  it.each([
    ['a quoted secret', `"${secret}"`, 'secret_quoted'],
    ['a padded secret', `${secret}\n`, 'secret_padded'],
    ['no secret', 'undefined', 'secret_missing'],
    ['a secret of nobody', 'another', 'unknown'],
  ])('a signature made with %s', async (_, used, cause) => {
    const report = await examineApp(
      { files: env(), routes: { [ROUTE]: openRoute(used) } },
      cleanups,
    )
    expect(report.of('signature')).toMatchObject({
      severity: 'red',
      seen: expect.stringContaining(`(${cause})`),
    })
  })

  it('a clock that is off by an hour', async () => {
    const server_time = Math.floor(Date.now() / 1000) - 3600
    const report = await examineApp(
      {
        files: env(),
        routes: {
          [ROUTE]: () =>
            Response.json({ error: { code: 'unauthorized', server_time } }, { status: 401 }),
        },
      },
      cleanups,
    )
    expect(report.of('clock')).toMatchObject({
      severity: 'red',
      seen: expect.stringMatching(/This machine is (?:59|60) min ahead of the app/),
    })
  })

  it('two clouds', async () => {
    const report = await examineApp({ files: env({ CLOUDINARY_CLOUD_NAME: 'other' }) }, cleanups)
    expect(report.of('cloud')).toMatchObject({ severity: 'red' })
  })
})

describe('the doctor, with a media server, reports', () => {
  const cases: [string, Record<string, string>, string, string][] = [
    [
      'a key that it does not know',
      { NEXT_PUBLIC_CLOUDINARY_API_KEY: '9' },
      'media-server',
      'does not know',
    ],
    [
      'another secret',
      { CLOUDINARY_API_SECRET: 'another-secret-than-that' },
      'media-server',
      'another secret',
    ],
    [
      'another cloud',
      { NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME: 'other' },
      'media-server',
      'another cloud',
    ],
    [
      'a key that may do everything',
      { NEXT_PUBLIC_CLOUDINARY_API_KEY: FULL_KEY.id, CLOUDINARY_API_SECRET: FULL_KEY.secret },
      'key-scope',
      'destroy and rename',
    ],
    [
      'a server that is not there',
      { NEXT_PUBLIC_COUNTERSIGN_URL: 'http://127.0.0.1:1' },
      'media-server',
      'does not answer',
    ],
  ]
  it.each(cases)('%s', async (_, changes, check, words) => {
    const server = await startMediaServer(cleanups)
    const report = await examineApp(
      {
        files: env({ NEXT_PUBLIC_COUNTERSIGN_URL: server, ...changes }),
        routes: { [ROUTE]: carefulRoute() },
      },
      cleanups,
    )
    expect(report.of(check)).toMatchObject({
      severity: 'red',
      seen: expect.stringContaining(words),
    })
  })

  // The preset `default` accepts images up to 20 MB (docs/guide/keys.md).
  it.each([
    [
      'tighter',
      { max_bytes: 50_000_000 },
      'red',
      ['max_bytes: the endpoint allows 50000000, the preset 20000000'],
    ],
    ['tighter', { accept: ['video/mp4'] }, 'red', ['accept: video/mp4 is refused']],
    [
      'laxer',
      { max_bytes: 1_000_000 },
      'amber',
      ['max_bytes: the endpoint allows 1000000, the preset 20000000'],
    ],
  ])('a preset that is %s than the endpoint’s %o', async (_, limits, severity, details) => {
    const server = await startMediaServer(cleanups)
    const report = await examineApp(
      {
        files: env({
          NEXT_PUBLIC_COUNTERSIGN_URL: server,
          CLOUDINARY_URL: `cloudinary://${FULL_KEY.id}:${FULL_KEY.secret}@${CLOUD}`,
        }),
        routes: { [ROUTE]: carefulRoute(limits) },
      },
      cleanups,
      COOKIE,
    )
    expect(report.of('preset')).toMatchObject({
      severity,
      details: expect.arrayContaining(details),
    })
  })
})

describe('the doctor compares the preset that compatible requests name:', () => {
  const FIT = { max_bytes: 20_000_000, accept: ['image/png'] }
  const examinePreset = async (
    described: { limits: object; params?: object },
    serverLimits: object | null,
  ) => {
    const server = await startMediaServer(cleanups)
    const authorization = `Basic ${Buffer.from(`${FULL_KEY.id}:${FULL_KEY.secret}`).toString('base64')}`
    if (serverLimits) {
      const body = new URLSearchParams({ name: 'avatars', limits: JSON.stringify(serverLimits) })
      const address = `${server}/v1_1/${CLOUD}/upload_presets`
      const made = await fetch(address, { method: 'POST', headers: { authorization }, body })
      expect(made.status).toBe(200)
    }
    const presets = { default: { limits: FIT, params: {} }, avatars: { params: {}, ...described } }
    const route: PlayedRoute = async (request) => {
      const answer = await carefulRoute(FIT)(request)
      if (request.method !== 'GET' || answer.status !== 200) return answer
      return Response.json({ ...(await answer.json()), presets })
    }
    const report = await examineApp(
      { files: env({ NEXT_PUBLIC_COUNTERSIGN_URL: server }), routes: { [ROUTE]: route } },
      cleanups,
      { ...COOKIE, admin: FULL_KEY },
    )
    return report.findings.filter(({ check }) => check === 'preset')
  }
  const forced = { upload_preset: { const: 'avatars' } }

  it.each([
    ['none of that name', { limits: FIT }, null, 'amber', 'compatible clients upload'],
    ['none, and a rule forces it', { limits: FIT, params: forced }, null, 'red', 'every upload'],
    ['tighter', { limits: FIT }, { max_bytes: 1000 }, 'red', 'tighter than the endpoint’s avatars'],
    [
      'much laxer, and so is the key’s',
      { limits: { max_bytes: 1000 } },
      { max_bytes: 9_000_000 },
      'amber',
      'much laxer',
    ],
  ] as const)('%s', async (_, described, serverLimits, severity, words) => {
    expect(await examinePreset(described, serverLimits)).toMatchObject([
      {
        severity,
        seen: expect.stringContaining(words),
        advice: expect.stringContaining('avatars'),
      },
    ])
  })

  it('accepts one as narrow as the endpoint’s, even if the key’s own is wider', async () => {
    const findings = await examinePreset({ limits: { max_bytes: 1000 } }, { max_bytes: 1000 })
    expect(findings).toMatchObject([{ severity: 'green' }])
  })
})

describe('the doctor', () => {
  it('finds a route of the Pages Router on another path by the source', async () => {
    const path = '/api/uploads/sign'
    const report = await examineApp(
      {
        files: { ...env(), 'src/pages/api/uploads/sign.ts': 'cloudinary.utils.api_sign_request()' },
        routes: { [path]: openRoute(UPLOAD_KEY.secret) },
      },
      cleanups,
    )
    expect(report.of('strangers')).toMatchObject({
      severity: 'red',
      seen: expect.stringContaining(path),
    })
  })

  it('never prints a secret, even if the app answers with it', async () => {
    const server = await startMediaServer(cleanups)
    const leak: PlayedRoute = () =>
      Response.json({ [UPLOAD_KEY.secret]: 1, error: UPLOAD_KEY.secret })
    const report = await examineApp(
      {
        files: env({ NEXT_PUBLIC_COUNTERSIGN_URL: server, NEXT_PUBLIC_X: UPLOAD_KEY.secret }),
        routes: { [ROUTE]: leak },
      },
      cleanups,
      { ...COOKIE, admin: FULL_KEY },
    )
    const text = JSON.stringify(report)
    expect(text).toContain('[secret]')
    for (const canary of [UPLOAD_KEY.secret, FULL_KEY.secret, COOKIE.cookie]) {
      expect(text).not.toContain(canary)
    }
  })
})

describe('onUploaded', () => {
  const SECRET = 'whsec_dGhlIG5vdGlmaWNhdGlvbiBzZWNyZXQgb2YgdGhlIHRlc3Rz'
  const handlerOf = (webhookSecret: string, onUploaded?: () => null) => {
    const handler = createSignHandler({
      authorize: () => ({ id: 'alice' }),
      presets: { default: { limits: {}, params: () => ({}) } },
      keys: () => [UPLOAD_KEY],
      cloudName: CLOUD,
      url: 'http://127.0.0.1:1',
      webhookSecret,
      ...(onUploaded ? { onUploaded } : {}),
    })
    return {
      [ROUTE]: (request: Request) => handler[request.method === 'GET' ? 'GET' : 'POST'](request),
    }
  }
  const files = (server?: string) =>
    env({
      COUNTERSIGN_WEBHOOK_SECRET: SECRET,
      NEXT_PUBLIC_COUNTERSIGN_URL: server ?? null,
    })

  it('is green if the route accepts a signed notification, and does not call onUploaded', async () => {
    let calls = 0
    const routes = handlerOf(SECRET, () => {
      calls += 1
      return null
    })
    const report = await examineApp({ files: files(), routes }, cleanups)
    expect(report.of('completion')).toMatchObject({ severity: 'green' })
    expect(report.of('completion').seen).toContain('takes completions')
    expect(calls).toBe(0)
  })

  it('is red if the running app has another secret than the files', async () => {
    const routes = handlerOf('whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhlIHRlc3RzIGhlcmUgaXQ', () => null)
    const report = await examineApp({ files: files(), routes }, cleanups)
    expect(report.of('completion')).toMatchObject({
      severity: 'red',
      seen: expect.stringContaining('COUNTERSIGN_WEBHOOK_SECRET'),
    })
  })

  it('is green for an app without it', async () => {
    const report = await examineApp({ files: files(), routes: handlerOf(SECRET) }, cleanups)
    expect(report.of('completion')).toMatchObject({
      severity: 'green',
      seen: expect.stringContaining('has no onUploaded'),
    })
  })

  it('is red if a development server reports another address, green if it reports this one', async () => {
    const completionUrls = { current: 'http://127.0.0.1:1/api/sign-cloudinary-params' }
    const server = await startMediaServer(cleanups, {
      apps: {
        current: () => ({ completionUrl: completionUrls.current, limits: [] }),
        announce: () => {},
      },
    })
    const routes = handlerOf(SECRET, () => null)
    const { url, folder } = await playApp({ files: files(server), routes }, cleanups)
    const examine = async () => {
      const { findings } = await runChecks({ url, folder, timeoutMs: 1000, admin: FULL_KEY })
      return findings.find(({ check }) => check === 'completion')
    }
    expect(await examine()).toMatchObject({
      severity: 'red',
      seen: expect.stringContaining('http://127.0.0.1:1/'),
      advice: expect.stringContaining(`COUNTERSIGN_COMPLETION_URL=${url.origin}${ROUTE}`),
    })
    completionUrls.current = `http://localhost:${url.port}${ROUTE}`
    expect(await examine()).toMatchObject({ severity: 'green' })
  })
})

describe('the doctor accepts', () => {
  it('a redirect that only adds a slash to the path, as with trailingSlash: true', async () => {
    const moved: PlayedRoute = (request) =>
      new Response(null, {
        status: 308,
        headers: { location: `${new URL(request.url).pathname}/` },
      })
    const report = await examineApp(
      { files: env(), routes: { [ROUTE]: moved, [`${ROUTE}/`]: carefulRoute() } },
      cleanups,
    )
    expect(report.of('route')).toMatchObject({
      severity: 'green',
      seen: expect.stringContaining(`POST ${ROUTE}/ answered 401`),
    })
  })

  it.each(['/login/', 'http://media.example/api/sign-cloudinary-params/'])(
    'is not a redirect to %s',
    async (location) => {
      const moved: PlayedRoute = () => new Response(null, { status: 308, headers: { location } })
      const report = await examineApp({ files: env(), routes: { [ROUTE]: moved } }, cleanups)
      expect(report.of('route')).toMatchObject({ severity: 'red' })
    },
  )

  it('a route with anonymous(…) in its source', async () => {
    const open: PlayedRoute = (request) => {
      const headers = new Headers(request.headers)
      headers.set('cookie', COOKIE.cookie)
      const { method, body } = request
      return carefulRoute()(
        new Request(request.url, {
          method,
          headers,
          body,
          ...(body ? { duplex: 'half' } : {}),
        } as RequestInit),
      )
    }
    const strangersOf = async (source: string, file = `app${ROUTE}/route.ts`) =>
      (
        await examineApp(
          {
            files: { ...env(), [file]: `createSignHandler(${source})` },
            routes: { [ROUTE]: open },
          },
          cleanups,
        )
      ).of('strangers')
    expect(await strangersOf("{ authorize: anonymous({ reason: 'guests' }) }")).toMatchObject({
      severity: 'green',
    })
    expect(await strangersOf('{ authorize: () => ({}) }')).toMatchObject({ severity: 'amber' })
    const express = await strangersOf(
      "{ authorize: anonymous({ reason: 'guests' }) }",
      'server.mjs',
    )
    expect(express).toMatchObject({
      severity: 'green',
      seen: expect.stringContaining('server.mjs says anonymous'),
    })
    expect(await strangersOf('{ authorize }', 'src/server.ts')).toMatchObject({ severity: 'amber' })
  })

  it('a server that answers every unknown path with a page', async () => {
    const page: PlayedRoute = () =>
      new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } })
    const routes = { [ROUTE]: carefulRoute(), '/api/pages/sign-cloudinary-params': page }
    const report = await examineApp({ files: env(), routes }, cleanups)
    expect(report.findings.filter(({ seen }) => seen.includes('/api/pages/'))).toEqual([])
    expect(report.of('route')).toMatchObject({ severity: 'green' })
  })

  it('an app without faults, for an anonymous caller and for a user, with the keys of dev', async () => {
    const server = await startMediaServer(cleanups)
    const dev = {
      cloudName: CLOUD,
      uploadKey: UPLOAD_KEY,
      fullKey: FULL_KEY,
      webhookSecret: 'whsec_dGhlIG5vdGlmaWNhdGlvbiBzZWNyZXQgb2YgdGhlIHRlc3Rz',
    }
    const { url, folder } = await playApp(
      {
        files: {
          ...env({ NEXT_PUBLIC_COUNTERSIGN_URL: server }),
          '.countersign/dev.json': JSON.stringify(dev),
        },
        routes: { [ROUTE]: carefulRoute() },
      },
      cleanups,
    )
    for (const caller of [{}, COOKIE]) {
      const dataFolder = `${folder}/.countersign`
      const report = await runChecks({ url, folder, dataFolder, ...caller })
      expect(report.counts).toMatchObject({ red: 0, amber: 0 })
      expect(JSON.stringify(report)).not.toContain(FULL_KEY.secret)
    }
    const user = await runChecks({ url, folder, dataFolder: `${folder}/.countersign`, ...COOKIE })
    expect(user.findings.find(({ check }) => check === 'preset')).toMatchObject({
      severity: 'green',
    })
  })
})

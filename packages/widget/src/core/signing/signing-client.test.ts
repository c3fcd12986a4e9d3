import { MediaError } from '@countersign/protocol/errors'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { discoveryBody, type FakeServer, startFakeServer } from '../../../testing/fake-server.js'
import { createSigningClient, type SignedUpload, type SigningOptions } from './signing-client.js'

const NONCE = '0123456789abcdef0123456789abcdef'
const NOW = 1_709_830_648_000

let server: FakeServer

beforeEach(async () => {
  server = await startFakeServer()
})

afterEach(() => server.close())

function clientOf(options: SigningOptions = {}): ReturnType<typeof createSigningClient> {
  return createSigningClient(() => ({ signatureEndpoint: `${server.origin}/sign`, ...options }), {
    now: () => NOW,
  })
}

function signWith(options: SigningOptions, params = {}): Promise<SignedUpload> {
  return clientOf(options).sign({ params, nonce: NONCE, signal: new AbortController().signal })
}

function discover(): ReturnType<ReturnType<typeof clientOf>['discover']> {
  return clientOf().discover(new AbortController().signal)
}

async function failureOf(promise: Promise<unknown>): Promise<MediaError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof MediaError) return error
  throw new Error(`no MediaError but ${String(error)}`)
}

describe('sign, in merge mode', () => {
  it('sends exactly the parameters that the endpoint answers, then key and signature', async () => {
    const signed = await signWith({}, { folder: 'mine', tags: ['a', 'b'] })
    expect(server.signings).toEqual([
      {
        paramsToSign: { folder: 'mine', tags: 'a,b', source: 'uw', timestamp: 1_709_830_648 },
        accept: 'params',
        nonce: NONCE,
      },
    ])
    expect(signed.fields).toEqual([
      ['folder', 'users/42'],
      ['tags', 'a,b'],
      ['source', 'uw'],
      ['timestamp', '1709830648'],
      ['nonce', NONCE],
      ['api_key', '111'],
      ['signature', 'f'.repeat(64)],
    ])
    expect(signed.uploadUrl).toBe(`${server.origin}/v1_1/demo`)
  })
})

describe('sign, with a tutorial’s route', () => {
  it('sends the requested parameters if the answer is only a signature', async () => {
    server.sign = () => ({ body: { signature: 'abc' } })
    const signed = await signWith({ apiKey: 222 }, { folder: 'mine' })
    expect(Object.fromEntries(signed.fields)).toEqual({
      folder: 'mine',
      source: 'uw',
      timestamp: '1709830648',
      api_key: '222',
      signature: 'abc',
    })
  })
})

const NOT_NOW = 'Uploads do not work right now. Please try again later.'

describe('sign, refused', () => {
  it.each([
    [401, 'unauthorized', 'UNAUTHORIZED', 'Your session ended. Sign in again, then retry.'],
    [422, 'params_refused', 'PARAMS_REFUSED', 'This upload is not allowed here.'],
    [429, 'rate_limited', 'RATE_LIMITED', 'Too many uploads right now.'],
  ])('explains the answer %d %s', async (status, code, expected, sentence) => {
    const error = { code, message: 'Folder must be users/42.' }
    server.sign = () => ({ status, headers: { 'retry-after': '9' }, body: { error } })
    const failure = await failureOf(signWith({}))
    expect(failure).toMatchObject({ code: expected, message: sentence })
    expect(failure.details).toMatchObject({ status, retryAfter: '9' })
    expect(failure.details.detail).toBe('The signing endpoint says: Folder must be users/42.')
  })

  it.each([
    [404, '<h1>no</h1>', /answered 404 Not Found\. Create this route/],
    [200, '<h1>welcome</h1>', /answered a page, not JSON/],
    [200, {}, /JSON without a signature/],
    [500, { error: 'no secret' }, /answered 500 .*Look at its log/],
  ])('explains a route that answers %d %j to the developer', async (status, body, detail) => {
    server.sign = () => ({ status, body })
    const failure = await failureOf(signWith({}))
    expect(failure.message).toBe(NOT_NOW)
    expect(failure.details.detail).toMatch(detail)
    expect(failure.details.isConfiguration).toBe(true)
    expect(failure.details.request).toBe(`POST ${server.origin}/sign`)
  })

  it.each([
    ['/login', {}],
    ['/de/sign-in', {}],
    ['/api/auth/signin', {}],
    ['/welcome', { signInUrl: '/welcome?from=widget' }],
  ])('treats a redirect to the page %s with %j as signed out', async (path, options) => {
    server.pages.set(path, { body: '<h1>Sign in</h1>' })
    server.sign = () => ({ status: 302, headers: { location: `${path}?next=/sign` }, body: '' })
    const failure = await failureOf(signWith(options))
    expect(failure).toMatchObject({
      code: 'UNAUTHORIZED',
      message: 'Your session ended. Sign in again, then retry.',
    })
  })

  it.each([
    ['/en/sign', 404, /answered 404 Not Found\. Create this route/],
    ['/', 200, /redirected to .*\/, a page\. Check that the route exists/],
    ['/authors', 200, /Check that the route exists/],
  ])(
    'treats a redirect to %s, which answers %d, as a missing route',
    async (path, status, detail) => {
      server.pages.set(path, { status, body: '<h1>A page</h1>' })
      server.sign = () => ({ status: 307, headers: { location: path }, body: '' })
      const failure = await failureOf(signWith({}))
      expect(failure).toMatchObject({ code: 'SIGNING_UNREACHABLE', message: NOT_NOW })
      expect(failure.details.detail).toMatch(detail)
    },
  )

  it('reports an endpoint that cannot be reached', async () => {
    await server.close()
    const failure = await failureOf(signWith({}))
    expect(failure.code).toBe('SIGNING_UNREACHABLE')
    expect(failure.message).toBe('Cannot reach the upload server.')
    expect(failure.details.detail).toMatch(/cannot be reached/)
  })
})

describe('sign, by a function of the page', () => {
  const without = { signatureEndpoint: undefined, apiKey: '222' }

  it.each([
    ['a text', 'abc'],
    ['the endpoint’s whole answer', { signature: 'abc' }],
    ['a list of one', ['abc']],
  ])('accepts %s', async (_, answer) => {
    const signed = await signWith({ ...without, uploadSignature: (callback) => callback(answer) })
    expect(Object.fromEntries(signed.fields)).toMatchObject({ signature: 'abc', api_key: '222' })
  })

  it('passes the parameters under their wire names', async () => {
    const seen: unknown[] = []
    await signWith(
      {
        ...without,
        uploadSignature: (callback, params) => callback('abc', void seen.push(params)),
      },
      { public_id: 'x' },
    )
    expect(seen).toEqual([{ public_id: 'x', source: 'uw', timestamp: 1_709_830_648 }])
  })

  it.each([
    [
      'null and an error',
      (callback: (answer: null, error: Error) => void) => callback(null, new Error('No.')),
      'No.',
    ],
    [
      'nothing',
      (callback: (answer: string) => void) => callback(''),
      'the app’s function gave no signature.',
    ],
    ['a rejection', () => Promise.reject(new Error('Quota is used up')), 'Quota is used up'],
    [
      'an exception',
      () => {
        throw new Error('No.')
      },
      'No.',
    ],
  ])('fails at once on %s', async (_, uploadSignature, words) => {
    const failure = await failureOf(
      signWith({ ...without, uploadSignature: uploadSignature as never }),
    )
    expect(failure.code).toBe('SIGNING_UNREACHABLE')
    expect(failure.message).toBe(NOT_NOW)
    expect(failure.details.detail).toBe(`This upload could not be signed: ${words}`)
  })

  it('uses a signature made at page load with its own timestamp', async () => {
    const signed = await signWith({
      ...without,
      uploadSignature: 'abc',
      uploadSignatureTimestamp: 7,
    })
    expect(Object.fromEntries(signed.fields)).toMatchObject({ signature: 'abc', timestamp: '7' })
  })
})

describe('prepareUploadParams', () => {
  it('sends its answer to the endpoint, which checks and signs it', async () => {
    const prepareUploadParams: SigningOptions['prepareUploadParams'] = (callback) =>
      callback({ publicId: 'chosen', tags: ['x'], resourceType: 'image' })
    const signed = await signWith({ prepareUploadParams })
    expect(server.signings[0]?.paramsToSign).toMatchObject({ public_id: 'chosen', tags: 'x' })
    expect(signed.resourceType).toBe('image')
    expect(Object.fromEntries(signed.fields)).toMatchObject({ folder: 'users/42' })
  })

  it('may sign the upload itself', async () => {
    const prepareUploadParams: SigningOptions['prepareUploadParams'] = (callback) =>
      callback([{ signature: 'own', apiKey: '333', uploadSignatureTimestamp: 9 }])
    const signed = await signWith({ prepareUploadParams })
    expect(server.signings).toEqual([])
    expect(Object.fromEntries(signed.fields)).toMatchObject({
      signature: 'own',
      api_key: '333',
      timestamp: '9',
    })
  })

  it('may cancel the upload', async () => {
    const prepareUploadParams: SigningOptions['prepareUploadParams'] = (callback) =>
      callback({ cancel: true })
    expect((await failureOf(signWith({ prepareUploadParams }))).code).toBe('UPLOAD_ABORTED')
  })
})

describe('sign, without a signer', () => {
  it('sends an unsigned upload without a timestamp', async () => {
    const signed = await signWith({ signatureEndpoint: undefined }, { upload_preset: 'open' })
    expect(signed.fields).toEqual([
      ['upload_preset', 'open'],
      ['source', 'uw'],
    ])
  })

  it('fails without a preset', async () => {
    const failure = await failureOf(signWith({ signatureEndpoint: undefined }))
    expect(failure.details.detail).toMatch(/Set signatureEndpoint, or choose an unsigned preset/)
  })
})

describe('discover', () => {
  it('reads the limits of each preset', async () => {
    server.discovery = {
      body: discoveryBody(server.origin, { accept: ['image/*'], max_bytes: 9, later: 1 }),
    }
    const found = await discover()
    expect(found).toMatchObject({ kind: 'countersign', cloudName: 'demo', apiKey: '111' })
    expect(found.kind === 'countersign' && found.presets.get('default')?.limits).toEqual({
      accept: ['image/*'],
      maxBytes: 9,
    })
  })

  it.each([
    [{ folder: { const: 'users/42' } }, { folder: { const: 'users/42' } }],
    [undefined, undefined],
    [['folder'], undefined],
    ['folder', undefined],
  ])('keeps the rules %j of a preset as %j', async (params, kept) => {
    server.discovery = { body: { version: 1, presets: { default: { limits: {}, params } } } }
    const found = await discover()
    expect(found.kind === 'countersign' && found.presets.get('default')?.params).toEqual(kept)
  })

  it('asks by POST, as for a signature, so that no route answers 405', async () => {
    server.discovery = { body: { signature: 'abc' } }
    expect(await discover()).toEqual({ kind: 'plain' })
    expect(server.requests).toEqual(['POST /sign'])
  })

  // Answers of routes that are not Countersign endpoints.
  it.each([
    [404, '<h1>no</h1>'],
    [405, ''],
    [500, { error: 'Cannot read properties of undefined' }],
    [200, '<h1>page</h1>'],
    [200, { signature: 'abc' }],
    [401, '<h1>basic</h1>'],
  ])('treats the answer %d %j as a route that only signs', async (status, body) => {
    server.discovery = { status, body }
    expect(await discover()).toEqual({ kind: 'plain' })
  })

  it('throws for a refusal with a Countersign error code', async () => {
    server.discovery = {
      status: 401,
      body: { error: { code: 'unauthorized', message: 'Sign in.' } },
    }
    expect((await failureOf(discover())).code).toBe('UNAUTHORIZED')
  })
})

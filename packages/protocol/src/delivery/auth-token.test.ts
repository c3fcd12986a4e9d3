import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAuthToken, verifyAuthToken } from './auth-token.js'

const generateToken = createRequire(import.meta.url)('cloudinary/lib/auth_token.js')

const key = '00aabbccddeeff112233445566778899'
const life = { startsAtSeconds: 1700000000, durationSeconds: 300 }
const nowSeconds = 1700000100

describe('createAuthToken', () => {
  it('escapes every pattern as the official SDK does', () => {
    const unit = fc.constantFrom(...' "#%&\'/:;<=>?@[]^`{|}~*!(),+$\\az\u00fc\u2603')
    fc.assert(
      fc.property(fc.string({ unit, minLength: 1 }), (acl) => {
        const expected = generateToken({ key, acl, expiration: 1700000300 })
        expect(createAuthToken({ key, acl, expiresAtSeconds: 1700000300 })).toBe(expected)
      }),
      { numRuns: 2_000, seed: 1 },
    )
  })

  it('counts a duration from now if no start is given, and omits the start', () => {
    expect(createAuthToken({ key, acl: '/*', durationSeconds: 60, nowSeconds })).toMatch(
      /^__cld_token__=exp=1700000160~acl=/,
    )
  })

  it.each([
    ['a key that is not hex', { key: 'not hex!', acl: '/*', ...life }],
    ['an empty key', { key: '', acl: '/*', ...life }],
    ['neither acl nor url', { key, ...life }],
    ['an empty acl', { key, acl: [], ...life }],
    ['no end', { key, acl: '/*' }],
    ['a duration without a start', { key, acl: '/*', durationSeconds: 60 }],
    ['an end that is no number', { key, acl: '/*', expiresAtSeconds: Number.NaN }],
    ['an address with a separator', { key, acl: '/*', ...life, ip: '1.1.1.1~exp=9' }],
  ])('throws a TypeError for %s', (_, options) => {
    expect(() => createAuthToken(options)).toThrow(TypeError)
  })
})

describe('verifyAuthToken', () => {
  const token = createAuthToken({ key, acl: ['/demo/image/*', '/demo/video/*/clip.mp4'], ...life })
  const request = { token, key, path: '/demo/image/authenticated/v1/a.jpg', nowSeconds }

  it('accepts a token for paths that match its patterns', () => {
    expect(verifyAuthToken(request)).toEqual({ ok: true })
    expect(verifyAuthToken({ ...request, token: token.replace('__cld_token__=', '') }).ok).toBe(
      true,
    )
    expect(verifyAuthToken({ ...request, path: '/demo/video/x/y/clip.mp4' }).ok).toBe(true)
  })

  it.each(['/other/image/a.jpg', '/demo/video/clip.mp4', '/demo/video/x/clip.mp4x', '/demo'])(
    'denies %s',
    (path) => {
      expect(verifyAuthToken({ ...request, path })).toEqual({ ok: false, code: 'DELIVERY_DENIED' })
    },
  )

  it('accepts a token only during its period of validity', () => {
    expect(verifyAuthToken({ ...request, nowSeconds: 1700000300 }).ok).toBe(true)
    expect(verifyAuthToken({ ...request, nowSeconds: 1700000301 })).toMatchObject({
      code: 'SIGNATURE_EXPIRED',
    })
    expect(verifyAuthToken({ ...request, nowSeconds: 1699999999 })).toMatchObject({
      code: 'SIGNATURE_EXPIRED',
    })
  })

  it('accepts a token for one address from that address only', () => {
    const bound = createAuthToken({ key, acl: '/*', ip: '203.0.113.7', ...life })
    const options = { ...request, token: bound }
    expect(verifyAuthToken({ ...options, ip: '203.0.113.7' }).ok).toBe(true)
    expect(verifyAuthToken({ ...options, ip: '203.0.113.8' }).ok).toBe(false)
    expect(verifyAuthToken(options).ok).toBe(false)
  })

  it('accepts a token for one URL for that URL only', () => {
    const url = '/image/authenticated/v1/sample.jpg'
    const bound = createAuthToken({ key, url, ...life })
    expect(verifyAuthToken({ ...request, token: bound, path: url }).ok).toBe(true)
    expect(verifyAuthToken({ ...request, token: bound, path: `${url}?x=1` })).toMatchObject({
      code: 'SIGNATURE_MISMATCH',
    })
  })

  it.each([
    ['a later end', token.replace('exp=1700000300', 'exp=1800000000')],
    ['wider patterns', token.replace(/acl=[^~]*/, 'acl=*')],
    ['no patterns', token.replace(/acl=[^~]*~/, '')],
    ['another hmac', token.replace(/hmac=../, 'hmac=zz')],
    ['no hmac', token.replace(/~hmac=.*/, '')],
    ['nothing', ''],
  ])('refuses %s', (_, changed) => {
    expect(verifyAuthToken({ ...request, token: changed })).toEqual({
      ok: false,
      code: 'SIGNATURE_MISMATCH',
    })
  })
})

import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { parseDeliveryUrl } from './parse-url.js'
import { signDelivery } from './sign-url.js'
import { verifyDelivery } from './verify-url.js'

const { v2: cloudinary } = createRequire(import.meta.url)('cloudinary')

const secrets = ['retired', 'Qm9ndXMtc2VjcmV0LU5vdC1SZWFs']
const mismatch = { ok: false, code: 'SIGNATURE_MISMATCH' }

describe('verifyDelivery', () => {
  // Published vectors delivery_url-104, -129 and -130.
  it.each(['jE1VT0k0', 'NiYHsgIX', 'NiYHsgIXPybYz4eanvEeI-DTh_3hNtwv'])(
    'accepts %s',
    (signature) => {
      expect(verifyDelivery({ signature, path: 'sample.jpg', secrets })).toEqual({ ok: true })
    },
  )

  it('accepts a path that was signed with blanks, or decoded, and escaped later', () => {
    const secret = 'Qm9ndXMtc2VjcmV0LU5vdC1SZWFs'
    const blank = signDelivery({ path: 't_named one.two/sample.jpg', secret })
    expect(
      verifyDelivery({ signature: blank, path: 't_named%20one.two/sample.jpg', secrets }).ok,
    ).toBe(true)
    const decoded = signDelivery({ path: 'a,(b).png', secret })
    expect(verifyDelivery({ signature: decoded, path: 'a%2C(b).png', secrets }).ok).toBe(true)
  })

  it('accepts the path and signature that the official SDK emits', () => {
    const transformations = [
      { width: 10, height: 20, crop: 'crop' },
      { transformation: ['named one'] },
      { overlay: { font_family: 'Arial', font_size: 40, text: 'Hi, you/me & co' } },
    ]
    for (const publicId of ['sample', 'folder/\u00fcn\u00ef', 'a (b)+c,d', 'x%25y', 'deep/er/v9']) {
      for (const transformation of transformations) {
        for (const long_url_signature of [false, true]) {
          const address: string = cloudinary.url(publicId, {
            cloud_name: 'demo',
            api_secret: secrets[1],
            sign_url: true,
            secure: true,
            urlAnalytics: false,
            type: 'authenticated',
            format: 'png',
            version: 7,
            long_url_signature,
            ...transformation,
          })
          const { signature = '', signedPath = '' } =
            parseDeliveryUrl(address.replace('https://res.cloudinary.com', '')) ?? {}
          expect(verifyDelivery({ signature, path: signedPath, secrets }), address).toEqual({
            ok: true,
          })
        }
      }
    }
  })

  it.each([
    ['another path', { path: 'sample.png' }],
    ['no secret of ours', { secrets: ['retired'] }],
    ['no secret at all', { secrets: [] }],
    ['a signature of 7 characters', { signature: 'jE1VT0k' }],
    ['a long signature by SHA-1', { signature: 'jE1VT0k0'.padEnd(32, 'A') }],
    ['another alphabet', { signature: 'jE1VT0k/' }],
    ['nothing', { signature: '' }],
  ])('refuses %s', (_, change) => {
    const options = { signature: 'jE1VT0k0', path: 'sample.jpg', secrets, ...change }
    expect(verifyDelivery(options)).toEqual(mismatch)
  })

  it('returns a mismatch for a path that cannot be decoded', () => {
    expect(verifyDelivery({ signature: 'jE1VT0k0', path: '%FC.png', secrets })).toEqual(mismatch)
  })
})

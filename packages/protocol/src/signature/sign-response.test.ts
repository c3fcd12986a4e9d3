import { describe, expect, it } from 'vitest'
import { signResponse, verifyResponse } from './sign-response.js'

// Published vectors response_signature-086, -088 and -089.
const asset = {
  publicId: 'sample_image',
  version: 1700000001,
  secret: 'Qm9ndXMtc2VjcmV0LU5vdC1SZWFs',
}
const SHA1 = '1e78e5608ac35369ca4685632f2063a98f0167e4'
const SHA256 = 'aaf7f34ea53bb006f37999b19c4470698e239781868dab63fca83b36fb9cd5c4'

describe('signResponse', () => {
  it('signs public id and version', () => {
    expect(signResponse(asset)).toBe(SHA1)
    expect(signResponse({ ...asset, algorithm: 'sha256' })).toBe(SHA256)
    expect(signResponse({ ...asset, version: '1700000001' })).toBe(SHA1)
  })

  it('signs as version 1 even if the public id contains &', () => {
    const options = { publicId: 'amp&ersand', version: 7, secret: 'zz-top_SECRET-0002' }
    expect(signResponse(options)).toBe('650776fa8143361baf2b93e017114ab80d6b2abe')
  })
})

describe('verifyResponse', () => {
  it('accepts either digest', () => {
    expect(verifyResponse({ ...asset, signature: SHA1 })).toEqual({ ok: true })
    expect(verifyResponse({ ...asset, signature: SHA256 })).toEqual({ ok: true })
  })

  it.each([SHA1.toUpperCase(), SHA256.slice(0, 40), '', 'x'])('refuses %j', (signature) => {
    expect(verifyResponse({ ...asset, signature })).toEqual({
      ok: false,
      code: 'SIGNATURE_MISMATCH',
    })
  })

  it('refuses another version', () => {
    expect(verifyResponse({ ...asset, version: 1700000002, signature: SHA1 }).ok).toBe(false)
  })
})

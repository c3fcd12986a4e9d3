import { describe, expect, it } from 'vitest'
import { apiSignRequest } from './sign-request.js'
import { verifyRequest } from './verify-request.js'

const secret = 'Qm9ndXMtc2VjcmV0LU5vdC1SZWFs'
// Signatures of the published vectors api_signature-003 and -004.
const signed = { public_id: 'sample_image', timestamp: '1700000000' }
const SHA1 = 'a04e95392bf1e089973603132f24e97389e613b2'
const SHA256 = '3b201393c0f4c0337bd1e494d7a278908f643f8e75056d55bc788f434d43c2ba'
const request = { action: 'upload', params: signed, secret } as const

describe('verifyRequest', () => {
  it('accepts either digest, by its length', () => {
    expect(verifyRequest({ ...request, signature: SHA1 })).toEqual({ ok: true })
    expect(verifyRequest({ ...request, signature: SHA256 })).toEqual({ ok: true })
  })

  it('accepts only SHA-256 if SHA-1 is refused', () => {
    expect(verifyRequest({ ...request, signature: SHA1, refuseSha1: true }).ok).toBe(false)
    expect(verifyRequest({ ...request, signature: SHA256, refuseSha1: true }).ok).toBe(true)
  })

  it('leaves out unsigned, unknown and empty parameters', () => {
    const params = {
      ...signed,
      file: 'data:,x',
      api_key: '111',
      cloud_name: 'demo',
      resource_type: 'image',
      signature: SHA1,
      x_unique_upload_id: 'u',
      folder: '',
    }
    expect(verifyRequest({ ...request, params, signature: SHA1 })).toEqual({ ok: true })
  })

  it('returns the expected string without the secret on a mismatch', () => {
    const params = { ...signed, tags: 'sneaky' }
    expect(verifyRequest({ ...request, params, signature: SHA1 })).toEqual({
      ok: false,
      code: 'SIGNATURE_MISMATCH',
      stringToSign: 'public_id=sample_image&tags=sneaky&timestamp=1700000000',
    })
  })

  it.each([
    ['another secret', apiSignRequest(signed, 'another')],
    ['upper-case hex', SHA1.toUpperCase()],
    ['mixed-case hex', SHA1.replace('a', 'A')],
    ['a blank around', ` ${SHA1}`],
    ['a line break at the end', `${SHA1}\n`],
    ['a cut signature', SHA1.slice(0, 39)],
    ['40 characters of a SHA-256', SHA256.slice(0, 40)],
    ['a longer one', `${SHA1}00`],
    ['characters that are no hex', 'g'.repeat(40)],
    ['nothing', ''],
  ])('refuses %s', (_, signature) => {
    expect(verifyRequest({ ...request, signature }).ok).toBe(false)
  })

  it('refuses a signature that is not text', () => {
    const signature = [SHA1] as unknown as string
    expect(verifyRequest({ ...request, signature }).ok).toBe(false)
  })

  describe('with an & in a value', () => {
    const approved = { folder: 'incoming', moderation: 'manual', timestamp: '1' }
    const absorbed = { folder: 'incoming&moderation=manual', timestamp: '1' }
    const signature = apiSignRequest(approved, secret)
    const withAmpersand = { context: 'title=Fish & Chips', timestamp: '1' }
    const versionOne = apiSignRequest(withAmpersand, secret, { version: 1 })

    it('refuses params folded into one value (CVE-2025-12613)', () => {
      expect(verifyRequest({ ...request, params: absorbed, signature }).ok).toBe(false)
    })

    it('accepts version 1 only with legacySignatures', () => {
      const options = { ...request, params: withAmpersand, signature: versionOne }
      expect(verifyRequest(options).ok).toBe(false)
      expect(verifyRequest({ ...options, legacySignatures: true }).ok).toBe(true)
      expect(verifyRequest({ ...options, legacySignatures: true, refuseSha1: true }).ok).toBe(false)
    })

    it('accepts version 2 with and without legacySignatures', () => {
      const options = {
        ...request,
        params: withAmpersand,
        signature: apiSignRequest(withAmpersand, secret),
      }
      expect(verifyRequest(options).ok).toBe(true)
      expect(verifyRequest({ ...options, legacySignatures: true }).ok).toBe(true)
    })
  })
})

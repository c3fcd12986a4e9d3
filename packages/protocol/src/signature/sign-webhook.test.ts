import { describe, expect, it } from 'vitest'
import { signWebhook, verifyWebhook } from './sign-webhook.js'

// Reference vector of Standard Webhooks, which all of its libraries contain.
const webhook = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1614265330,
  body: '{"test": 2432232314}',
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
}
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
const received = { ...webhook, signature: SIGNATURE, nowSeconds: 1614265330 }

describe('signWebhook', () => {
  it('gives the published signature, from text and from bytes', () => {
    expect(signWebhook(webhook)).toBe(SIGNATURE)
    expect(signWebhook({ ...webhook, body: new TextEncoder().encode(webhook.body) })).toBe(
      SIGNATURE,
    )
  })

  it('uses a secret without whsec_ as plain text', () => {
    const plain = signWebhook({ ...webhook, secret: 'plain text' })
    expect(plain).toBe(signWebhook({ ...webhook, secret: `whsec_${btoa('plain text')}` }))
  })

  it.each(['', 'a.b'])('refuses the id %j', (id) => {
    expect(() => signWebhook({ ...webhook, id })).toThrow(
      expect.objectContaining({ code: 'PARAM_INVALID' }),
    )
  })

  it.each(['', 'whsec_', 'whsec_not base64!', 'whsec_A'])(
    'refuses the secret %j without printing it',
    (secret) => {
      expect(() => signWebhook({ ...webhook, secret })).toThrow(
        expect.objectContaining({
          code: 'CONFIG_INVALID',
          message:
            'the webhook secret must be whsec_ followed by Base64, or other text that is not empty',
        }),
      )
    },
  )
})

describe('verifyWebhook', () => {
  it('accepts a header with several signatures if one of them is correct', () => {
    expect(verifyWebhook(received)).toEqual({ ok: true })
    expect(verifyWebhook({ ...received, signature: `v1,AAAA v1a,BBBB ${SIGNATURE}` }).ok).toBe(true)
    expect(verifyWebhook({ ...received, timestamp: '1614265330' }).ok).toBe(true)
  })

  it('accepts a timestamp up to five minutes off in either direction', () => {
    expect(verifyWebhook({ ...received, nowSeconds: 1614265630 }).ok).toBe(true)
    expect(verifyWebhook({ ...received, nowSeconds: 1614265030 }).ok).toBe(true)
    const expired = { ok: false, code: 'SIGNATURE_EXPIRED' }
    expect(verifyWebhook({ ...received, nowSeconds: 1614265631 })).toEqual(expired)
    expect(verifyWebhook({ ...received, nowSeconds: 1614265029 })).toEqual(expired)
    expect(verifyWebhook({ ...received, nowSeconds: 1614265029, toleranceSeconds: 600 }).ok).toBe(
      true,
    )
  })

  it.each([
    ['another body', { body: '{"test": 2432232315}' }],
    ['another id', { id: 'msg_other' }],
    ['another secret', { secret: 'whsec_AAAA' }],
    ['no version', { signature: SIGNATURE.slice(3) }],
    ['another version', { signature: SIGNATURE.replace('v1', 'v2') }],
    ['no signature', { signature: '' }],
  ])('refuses %s', (_, change) => {
    expect(verifyWebhook({ ...received, ...change })).toEqual({
      ok: false,
      code: 'SIGNATURE_MISMATCH',
    })
  })

  it('refuses missing headers', () => {
    const invalid = { ok: false, code: 'PARAM_INVALID' }
    expect(verifyWebhook({ ...received, timestamp: undefined })).toEqual(invalid)
    expect(verifyWebhook({ ...received, id: '' })).toEqual(invalid)
    expect(verifyWebhook({ ...received, id: 'a.b' })).toEqual(invalid)
  })
})

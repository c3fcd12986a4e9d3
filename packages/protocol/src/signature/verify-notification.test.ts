import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { signNotification } from './sign-notification.js'
import { verifyNotification } from './verify-notification.js'

// Published vectors webhook_signature-091 and -092.
const body = '{"notification_type":"upload","public_id":"a"}'
const notification = { body, timestamp: 1700000000, secret: 'zz-top_SECRET-0002' }
const SHA1 = '763c61d46caeaaa841c6639cf3d90802377f894d'
const SHA256 = '93528a8ee5ee8f2791b7cb8d1d1a4dd25ea1c9d084e2354cff4077579001d304'
const received = { ...notification, signature: SHA1, nowSeconds: 1700000010 }

describe('signNotification', () => {
  it('hashes body, timestamp and secret', () => {
    expect(signNotification(notification)).toBe(SHA1)
    expect(signNotification({ ...notification, algorithm: 'sha256' })).toBe(SHA256)
  })

  it('accepts a body of bytes that are not UTF-8', () => {
    expect(signNotification({ ...notification, body: new TextEncoder().encode(body) })).toBe(SHA1)
    const bytes = Uint8Array.of(0xff, 0x00, 0xfe)
    const expected = createHash('sha1').update(bytes).update('1700000000zz-top_SECRET-0002')
    expect(signNotification({ ...notification, body: bytes })).toBe(expected.digest('hex'))
  })
})

describe('verifyNotification', () => {
  it('accepts either digest, and text or bytes', () => {
    expect(verifyNotification(received)).toEqual({ ok: true })
    expect(verifyNotification({ ...received, signature: SHA256 })).toEqual({ ok: true })
    expect(verifyNotification({ ...received, body: new TextEncoder().encode(body) }).ok).toBe(true)
    expect(verifyNotification({ ...received, timestamp: '1700000000' }).ok).toBe(true)
  })

  it('accepts a notification up to two hours old, or from a clock that is ahead', () => {
    expect(verifyNotification({ ...received, nowSeconds: 1700007200 }).ok).toBe(true)
    expect(verifyNotification({ ...received, nowSeconds: 1700007201 })).toEqual({
      ok: false,
      code: 'SIGNATURE_EXPIRED',
    })
    expect(verifyNotification({ ...received, nowSeconds: 1699900000 }).ok).toBe(true)
    expect(verifyNotification({ ...received, maxAgeSeconds: 9 }).ok).toBe(false)
  })

  it('refuses JSON that was parsed and serialized again', () => {
    const again = JSON.stringify(JSON.parse(body), null, 1)
    expect(verifyNotification({ ...received, body: again })).toEqual({
      ok: false,
      code: 'SIGNATURE_MISMATCH',
    })
  })

  it('checks the signature before the age', () => {
    const options = { ...received, signature: '0'.repeat(40), nowSeconds: 1800000000 }
    expect(verifyNotification(options)).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
  })

  it.each(['', 'soon', '1700000000 ', undefined, null])('refuses the timestamp %j', (timestamp) => {
    expect(verifyNotification({ ...received, timestamp })).toEqual({
      ok: false,
      code: 'PARAM_INVALID',
    })
  })

  it('refuses a timestamp with leading zeros that were not signed', () => {
    expect(verifyNotification({ ...received, timestamp: '01700000000' }).ok).toBe(false)
  })
})

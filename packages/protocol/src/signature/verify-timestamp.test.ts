import { describe, expect, it } from 'vitest'
import {
  MAX_CLOCK_AHEAD_SECONDS,
  MAX_SIGNATURE_AGE_SECONDS,
  verifyTimestamp,
} from './verify-timestamp.js'

const nowSeconds = 1_700_000_000

describe('verifyTimestamp', () => {
  it('accepts a timestamp up to an hour old', () => {
    expect(MAX_SIGNATURE_AGE_SECONDS).toBe(3600)
    expect(verifyTimestamp({ timestamp: String(nowSeconds - 3600), nowSeconds })).toEqual({
      ok: true,
    })
    expect(verifyTimestamp({ timestamp: String(nowSeconds - 3601), nowSeconds })).toEqual({
      ok: false,
      code: 'SIGNATURE_EXPIRED',
    })
  })

  it('accepts a timestamp up to 15 minutes ahead', () => {
    expect(MAX_CLOCK_AHEAD_SECONDS).toBe(900)
    expect(verifyTimestamp({ timestamp: nowSeconds + 900, nowSeconds })).toEqual({ ok: true })
    expect(verifyTimestamp({ timestamp: nowSeconds + 901, nowSeconds })).toEqual({
      ok: false,
      code: 'SIGNATURE_EXPIRED',
    })
  })

  it('refuses milliseconds as expired, because they are far ahead', () => {
    expect(verifyTimestamp({ timestamp: `${nowSeconds}000`, nowSeconds })).toMatchObject({
      code: 'SIGNATURE_EXPIRED',
    })
  })

  it('accepts fractions and exponents', () => {
    for (const timestamp of [`${nowSeconds}.25`, nowSeconds - 0.5, '1.7e9', '1.7E+09']) {
      expect(verifyTimestamp({ timestamp, nowSeconds })).toEqual({ ok: true })
    }
    const oldest = { timestamp: `${nowSeconds - 3600}.9`, nowSeconds }
    expect(verifyTimestamp(oldest)).toEqual({ ok: true })
    expect(verifyTimestamp({ ...oldest, nowSeconds: nowSeconds + 1 })).toMatchObject({ ok: false })
    const tooFarAhead = { timestamp: `${nowSeconds + 900}.1`, nowSeconds }
    expect(verifyTimestamp(tooFarAhead)).toMatchObject({ code: 'SIGNATURE_EXPIRED' })
  })

  it.each([
    '',
    ' 1700000000',
    '1700000000 ',
    '+1700000000',
    '-1',
    '0x6553f100',
    '\u0661',
    'now',
    '9'.repeat(16),
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    null,
    undefined,
    true,
    {},
    ['1700000000'],
  ])('refuses the timestamp %j', (timestamp) => {
    expect(verifyTimestamp({ timestamp, nowSeconds })).toEqual({ ok: false, code: 'PARAM_INVALID' })
  })
})

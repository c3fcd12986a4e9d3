import { describe, expect, it } from 'vitest'
import { ERROR_CODES, MediaError, wireCode } from './errors.js'

describe('ERROR_CODES', () => {
  it('is sorted, without duplicates and in upper case', () => {
    expect([...ERROR_CODES]).toEqual([...new Set(ERROR_CODES)].sort())
    for (const code of ERROR_CODES) expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/)
  })
})

describe('MediaError', () => {
  it('carries a code, data and a cause', () => {
    const cause = new Error('underneath')
    const error = new MediaError('ASSET_TOO_LARGE', {
      message: 'The file has 9 bytes, at most 5 are taken',
      details: { bytes: 9 },
      cause,
    })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'MediaError',
      code: 'ASSET_TOO_LARGE',
      message: 'The file has 9 bytes, at most 5 are taken',
      details: { bytes: 9 },
      cause,
    })
  })

  it('uses its code in words if no message is given', () => {
    expect(new MediaError('ASSET_NOT_FOUND').message).toBe('asset not found')
    expect(new MediaError('ASSET_NOT_FOUND').details).toEqual({})
  })
})

describe('wireCode', () => {
  it('is the code in lower case', () => {
    expect(wireCode('SIGNATURE_MISMATCH')).toBe('signature_mismatch')
  })
})

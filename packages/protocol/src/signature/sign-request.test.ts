import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compareWithSdk } from '../../test/compare-with-sdk.mjs'
import { apiSignRequest, recognizedParams } from './sign-request.js'

const DOCUMENTED = {
  eager: 'w_400,h_300,c_pad|w_260,h_200,c_crop',
  public_id: 'sample_image',
  timestamp: 1315060510,
}

describe('apiSignRequest', () => {
  it("gives the signature of the example in Cloudinary's documentation", () => {
    expect(apiSignRequest(DOCUMENTED, 'abcd')).toBe('bfd09f95f331f558cbd1320e67aa8d488770583e')
  })

  it('is synchronous and uses sha1 and version 2 by default', () => {
    const params = { folder: 'a&b' }
    expect(apiSignRequest(params, 's')).toBe(
      apiSignRequest(params, 's', { algorithm: 'sha1', version: 2 }),
    )
    expect(apiSignRequest(params, 's', { algorithm: 'sha256' })).toMatch(/^[0-9a-f]{64}$/)
    expect(apiSignRequest(params, 's', { version: 1 })).not.toBe(apiSignRequest(params, 's'))
  })

  it('does not change its input', () => {
    const params = Object.freeze({ tags: Object.freeze(['b', 'a']), folder: '' })
    apiSignRequest(params, 's')
    expect(params).toEqual({ tags: ['b', 'a'], folder: '' })
  })

  it('agrees with the official SDK on 20,000 hostile maps, both digests and both versions', () => {
    const { first, different, comparisons } = compareWithSdk({ seed: 2613, maps: 20_000 })
    expect(first).toBeUndefined()
    expect(different).toBe(0)
    expect(comparisons).toBe(80_000)
  })

  it('signs in every locale like the SDK in the C locale', () => {
    const inC = printSignatures('C')
    expect(inC.ours).toBe(inC.theirs)
    for (const locale of ['lt_LT.UTF-8', 'tr_TR.UTF-8']) {
      const printed = printSignatures(locale)
      expect(printed.locale).toBe(locale.slice(0, 5).replace('_', '-'))
      expect(printed.ours).toBe(inC.theirs)
    }
    // Lithuanian sorts y beside i: if both digests were equal, the locale would not have been in
    // effect.
    expect(printSignatures('lt_LT.UTF-8').theirs).not.toBe(inC.theirs)
  })
})

describe('recognizedParams', () => {
  it('keeps the parameters that the action recognizes and signs, as text', () => {
    const received = {
      timestamp: 1700000000,
      tags: ['a', '', 'b'],
      overwrite: false,
      folder: '',
      public_id: null,
      file: 'https://example.test/a.jpg',
      api_key: '111',
      cloud_name: 'demo',
      resource_type: 'image',
      signature: 'x',
      max_bytes: '5',
      constructor: 'y',
      from_public_id: 'z',
    }
    expect(recognizedParams('upload', received)).toEqual({
      timestamp: '1700000000',
      tags: 'a,,b',
      overwrite: 'false',
    })
    expect(recognizedParams('rename', received)).toEqual({
      timestamp: '1700000000',
      overwrite: 'false',
      from_public_id: 'z',
    })
  })

  it('returns nothing for an action without a signature', () => {
    expect(recognizedParams('delete_by_token', { token: 't', timestamp: 1 })).toEqual({})
  })
})

function printSignatures(locale: string): { locale: string; ours: string; theirs: string } {
  const script = fileURLToPath(new URL('../../test/print-signatures.mjs', import.meta.url))
  const env = { ...process.env, LC_ALL: locale, LANG: locale }
  return JSON.parse(execFileSync(process.execPath, [script], { env, encoding: 'utf8' }))
}

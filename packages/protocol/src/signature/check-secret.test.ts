import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isPlaceholder, isSameSecret, secretLength } from './check-secret.js'

describe('isPlaceholder', () => {
  it.each([
    'undefined',
    'null',
    'NaN',
    'none',
    'false',
    '[object Object]',
    'secret',
    'api_secret',
    'your_api_secret',
    'your-secret-here',
    'My_API_Secret',
    'replace me with thirty-two characters or more',
    'REPLACE_ME_WITH_32_RANDOM_BYTES_BASE64',
    'replace-with-output-of-openssl-rand-base64-32',
    'changeme',
    'change-me',
    '<your secret>',
    '<>',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: text of an unfilled template
    '${CLOUDINARY_API_SECRET}',
    '$API_SECRET',
    '{{ .Values.secret }}',
    '%API_SECRET%',
    'process.env.API_SECRET',
    'CLOUDINARY_API_SECRET',
    'xxxxxxxx',
    '********************************',
    '...',
    '…',
    'whsec_undefined',
    'whsec_<secret>',
    ' undefined ',
  ])('returns true for %j', (text) => {
    expect(isPlaceholder(text)).toBe(true)
  })

  it('returns false for secrets that Countersign or Cloudinary generates', () => {
    // Seeded, so that a failure is reproducible.
    for (let index = 0; index < 20_000; index++) {
      const bytes = createHash('sha256').update(String(index)).digest()
      expect(isPlaceholder(bytes.toString('base64url'))).toBe(false)
      expect(isPlaceholder(`whsec_${bytes.toString('base64')}`)).toBe(false)
      expect(isPlaceholder(bytes.toString('base64url').slice(0, 27))).toBe(false)
    }
  })
})

it('does not count whsec_ in the length of a secret', () => {
  expect(secretLength(`whsec_${'a'.repeat(32)}`)).toBe(32)
  expect(secretLength('a'.repeat(31))).toBe(31)
})

describe('isSameSecret', () => {
  const bytes = randomBytes(32)
  const base64 = bytes.toString('base64')
  it.each([
    ['itself', 'some secret of a key', 'some secret of a key'],
    ['with whsec_', base64, `whsec_${base64}`],
    ['without padding', base64, `whsec_${base64.replace('=', '')}`],
    ['in the other alphabet', bytes.toString('base64url'), `whsec_${base64}`],
    [
      'decoded',
      'the-secret-of-a-key-0123456789',
      `whsec_${btoa('the-secret-of-a-key-0123456789')}`,
    ],
  ])('returns true for %s', (_, one, other) => {
    expect(isSameSecret(one, other)).toBe(true)
    expect(isSameSecret(other, one)).toBe(true)
  })

  it('returns false for another secret', () => {
    expect(isSameSecret(base64, randomBytes(32).toString('base64'))).toBe(false)
    expect(isSameSecret(`whsec_${base64}`, 'the-secret-of-a-key-0123456789')).toBe(false)
  })
})

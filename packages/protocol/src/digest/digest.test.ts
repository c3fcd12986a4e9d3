import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { algorithmOf } from './algorithm.js'
import { fromBase64, toBase64, toBase64Url } from './base64.js'
import { concat } from './concat.js'
import * as portable from './digest.js'
import * as node from './digest.node.js'
import { fromHex, toHex } from './hex.js'
import { timingSafeEqual, timingSafeEqualText } from './timing-safe-equal.js'

describe.each([
  ['portable', portable],
  ['node', node],
])('the %s digests', (_, digest) => {
  it('give the published digests of "abc" (FIPS 180-4)', () => {
    expect(digest.digestHex('sha1', 'abc')).toBe('a9993e364706816aba3e25717850c26c9cd0d89d')
    expect(digest.digestHex('sha256', 'abc')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })

  it('give the published HMAC-SHA-256 (RFC 4231, case 2)', () => {
    expect(toHex(digest.hmacSha256('Jefe', 'what do ya want for nothing?'))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    )
  })
})

describe('the two digests', () => {
  it('agree on any text and bytes, including half surrogate pairs', () => {
    const input = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\ud800', 'a\udc00b'),
      fc.uint8Array(),
    )
    fc.assert(
      fc.property(input, input, (key, message) => {
        for (const algorithm of ['sha1', 'sha256'] as const) {
          const hex = node.digestHex(algorithm, message)
          expect(portable.digestHex(algorithm, message)).toBe(hex)
          expect(toHex(portable.digestBytes(algorithm, message))).toBe(hex)
          expect(toHex(node.digestBytes(algorithm, message))).toBe(hex)
        }
        expect(portable.hmacSha256(key, message)).toEqual(node.hmacSha256(key, message))
      }),
      { numRuns: 500, seed: 1 },
    )
  })
})

describe('hex', () => {
  it('round-trips through fromHex', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes)
      }),
    )
    expect(fromHex('FFfe')).toEqual(Uint8Array.of(255, 254))
  })

  it.each(['a', 'zz', '0x', ' aa', 'aa\n'])('refuses %j', (text) => {
    expect(fromHex(text)).toBeUndefined()
  })
})

describe('Base64', () => {
  it("equals the platform's Base64 and round-trips through fromBase64", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
        expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
        expect(fromBase64(toBase64(bytes))).toEqual(bytes)
        expect(fromBase64(toBase64(bytes).replace(/=+$/, ''))).toEqual(bytes)
      }),
    )
  })

  it.each(['', 'A', '=', 'A===', 'AA=A', 'a b', 'a-b_'])('refuses %j', (text) => {
    expect(fromBase64(text)).toBeUndefined()
  })
})

describe('timingSafeEqual', () => {
  it('gives the same result as a plain comparison', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 4 }),
        fc.uint8Array({ maxLength: 4 }),
        (left, right) => {
          expect(timingSafeEqual(left, right)).toBe(toHex(left) === toHex(right))
          expect(timingSafeEqual(left, left.slice())).toBe(true)
        },
      ),
    )
    expect(timingSafeEqualText('\u00fc', '\u00fc')).toBe(true)
    expect(timingSafeEqualText('a', 'b')).toBe(false)
    expect(timingSafeEqualText('a', 'aa')).toBe(false)
  })
})

describe('concat', () => {
  it('joins text as text, and text with bytes as UTF-8', () => {
    expect(concat('a', '\u00fc')).toBe('a\u00fc')
    expect(concat(Uint8Array.of(255), '\u00fc', 'a')).toEqual(Uint8Array.of(255, 0xc3, 0xbc, 0x61))
  })
})

describe('algorithmOf', () => {
  it('chooses by length and accepts lower-case hex only', () => {
    expect(algorithmOf('a'.repeat(40))).toBe('sha1')
    expect(algorithmOf('a'.repeat(64))).toBe('sha256')
    for (const other of [
      '',
      'a'.repeat(39),
      'A'.repeat(40),
      'g'.repeat(64),
      `${'a'.repeat(40)}\n`,
    ]) {
      expect(algorithmOf(other)).toBeUndefined()
    }
  })
})

import { describe, expect, it } from 'vitest'
import { forwardedFor } from './forwarded-for.js'

describe('the caller’s address', () => {
  it('is the address of the connection without a header', () => {
    expect(forwardedFor(null, '203.0.113.9')).toBe('203.0.113.9')
    expect(forwardedFor('', '::1')).toBe('::1')
  })

  it.each([
    '127.0.0.1',
    '::1',
    '::ffff:10.1.2.3',
    '10.0.0.8',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    'fd00::1',
    'fe80::1',
  ])('is what a proxy at %s says', (address) => {
    expect(forwardedFor('198.51.100.7', address)).toBe('198.51.100.7')
  })

  it.each(['203.0.113.9', '172.32.0.1', '::ffff:198.51.100.2', '2001:db8::1', '100.128.0.1'])(
    'is the address of the connection if it is public (%s), with any header',
    (address) => {
      expect(forwardedFor('1.2.3.4', address).split(', ').at(-1)).toBe(address)
    },
  )
})

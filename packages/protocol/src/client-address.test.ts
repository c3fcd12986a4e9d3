import { describe, expect, it } from 'vitest'
import { isPrivateAddress, parseClientAddress } from './client-address.js'

const clientNetwork = (text: string) => parseClientAddress(text)?.network
const plainAddress = (text: string) => parseClientAddress(text)?.address

describe('the network of a client', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    [' 192.0.2.1 ', '192.0.2.1'],
    ['192.0.2.1:50123', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['[::ffff:192.0.2.1]:443', '192.0.2.1'],
  ])('is the IPv4 address for %s', (text, network) => {
    expect(clientNetwork(text)).toBe(network)
  })

  it.each(['64:ff9b::192.0.2.1', '64:ff9b::c000:201', '::ffff:0:192.0.2.1'])(
    'is the IPv4 address that a translator writes as %s',
    (text) => {
      expect(clientNetwork(text)).toBe('192.0.2.1')
    },
  )

  it.each([
    '2001:db8:1:2::1',
    '2001:db8:1:2:ffff:ffff:ffff:ffff',
    '2001:DB8:1:2::ABCD',
    '2001:0db8:0001:0002:0000:0000:0000:0001',
    '2001:db8:1:2::192.0.2.1',
    '[2001:db8:1:2::1]',
    '[2001:db8:1:2::1]:1234',
    '2001:db8:1:2::1%eth0',
    ' 2001:db8:1:2::1',
  ])('is the /64 of the IPv6 address %s', (text) => {
    expect(clientNetwork(text)).toBe('2001:db8:1:2::/64')
  })

  it('differs between two /64 networks, and between two IPv4 addresses', () => {
    expect(clientNetwork('2001:db8:1:3::1')).toBe('2001:db8:1:3::/64')
    expect(clientNetwork('192.0.2.2')).toBe('192.0.2.2')
    expect(clientNetwork('::1')).toBe('::/64')
    expect(clientNetwork('fe80::1%eth0')).toBe('fe80::/64')
  })

  it.each([
    '',
    'unknown',
    '_hidden',
    'example.com',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '010.0.0.1',
    '0x7f.0.0.1',
    '2130706433',
    '192.0.2.1/24',
    '192.0.2.1:port',
    '[192.0.2.1',
    '::1::2',
    '2001:db8::1]:80',
    '2001:db8::g',
    '1.2.3.4, 5.6.7.8',
    '"[2001:db8::1]"',
    '%eth0',
    `${'0'.repeat(100)}::1`,
    ':'.repeat(10_000),
  ])('is undefined for %j', (text) => {
    expect(clientNetwork(text)).toBeUndefined()
    expect(plainAddress(text)).toBeUndefined()
    expect(isPrivateAddress(text)).toBe(false)
  })
})

describe('the address of a client', () => {
  it.each([
    ['192.0.2.1:50123', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['[2001:DB8:0:0::1]:443', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('normalizes %s', (text, plain) => {
    expect(plainAddress(text)).toBe(plain)
  })
})

it('reads an address the same way after its cache entry was evicted', () => {
  const known = [' 192.0.2.1', '[2001:db8:1:2::1]:443', '10.0.0.8']
  const read = () => known.map((text) => [parseClientAddress(text), isPrivateAddress(text)])
  const before = read()
  expect(read()).toEqual(before)
  for (let host = 0; host < 1000; host += 1) parseClientAddress(`198.51.${host >> 8}.${host & 255}`)
  expect(read()).toEqual(before)
})

describe('isPrivateAddress', () => {
  it.each([
    '127.0.0.1',
    '127.8.9.1',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:10.1.2.3',
    '10.0.0.8',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.1.1',
    '100.64.0.1',
    'fd00::1',
    'fe80::1%eth0',
  ])('returns true for %s', (text) => {
    expect(isPrivateAddress(text)).toBe(true)
  })

  it.each([
    '203.0.113.9',
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '::ffff:198.51.100.2',
    '2001:4860::8888',
    '64:ff9b::8.8.8.8',
  ])('returns false for %s', (text) => {
    expect(isPrivateAddress(text)).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import {
  ipv6Carriers,
  PRIVATE_IPV4,
  PRIVATE_IPV6,
  PUBLIC_ADDRESSES,
} from '../../test/ssrf-corpus.mjs'
import { isPublicAddress } from './public-address.js'

describe('an address', () => {
  it.each(PUBLIC_ADDRESSES)('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  it('of a special range is not public, nor is an IPv6 form that contains it', () => {
    const addresses = [...PRIVATE_IPV4, ...PRIVATE_IPV6, ...PRIVATE_IPV4.flatMap(ipv6Carriers)]
    expect(addresses.filter(isPublicAddress)).toEqual([])
  })

  it('that contains a public IPv4 address is not public', () => {
    expect(ipv6Carriers('8.8.8.8').filter(isPublicAddress)).toEqual([])
  })

  it.each(['', 'example.com', '2606:4700::1111%eth0', '[::1]', '8.8.8', '8.8.8.8 '])(
    '%j is not valid',
    (text) => {
      expect(isPublicAddress(text)).toBe(false)
    },
  )
})

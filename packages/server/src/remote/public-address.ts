/** Decides which IP addresses are public. All connections to hosts that a client named use this rule. @module */

import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * Returns true if an address is globally reachable unicast. IPv6 forms that contain an IPv4 address (mapped, compatible, translated,
 * NAT64, 6to4, Teredo, ISATAP) are never public, because the IPv4 address can be used directly.
 *
 * @param address Address from a resolver or a socket, without brackets. An address with a zone is not public.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || address.includes('%')) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  return parsed instanceof ipaddr.IPv4 || isGlobalUnicast(parsed)
}

const GLOBAL_UNICAST: ipaddr.IPv6 = ipaddr.IPv6.parse('2000::')
const ISATAP_MARK = 0x5efe

function isGlobalUnicast(address: ipaddr.IPv6): boolean {
  const [, , , , flags = 0, mark] = address.parts
  const isIsatap = (flags & ~0x0200) === 0 && mark === ISATAP_MARK
  return address.match(GLOBAL_UNICAST, 3) && !isIsatap
}

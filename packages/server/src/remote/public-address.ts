/** Which addresses are the Internet's: the one rule behind everything that a stranger may make this server dial. @module */

import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * Whether an address is globally reachable unicast. IPv6 forms that carry an IPv4 address (mapped, compatible, translated, NAT64, 6to4,
 * Teredo, ISATAP) never are: whatever they carry is reached by its own name.
 *
 * @param address As a resolver or a socket says it, without brackets; with a zone it is not public.
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

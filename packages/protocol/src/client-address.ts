/** Reads client addresses and groups them for limits: an IPv4 address, or the /64 network of an IPv6 address. @module */

import ipaddr from 'ipaddr.js'

/** Maximum characters of a text that is read as an address. */
const MAX_CHARACTERS = 64

/** IPv6 ranges in which the last 32 bits are a translated IPv4 address. */
const TRANSLATED: ReadonlySet<string> = new Set(['ipv4Mapped', 'rfc6145', 'rfc6052'])

/**
 * Maximum number of cached addresses; the oldest is evicted first. Small, because a cached text can
 * keep the whole header in memory from which it was cut.
 */
const MAX_KEPT = 256

/** Ranges of the local machine and of private networks, by their names in ipaddr.js. */
const PRIVATE: ReadonlySet<string> = new Set([
  'loopback',
  'private',
  'uniqueLocal',
  'linkLocal',
  'carrierGradeNat',
])

/** Address of a client. */
export interface ClientAddress {
  /** Address in its shortest spelling, without brackets, port and zone. */
  readonly address: string
  /** Network that limits count as one client, such as `192.0.2.1` or `2001:db8:1:2::/64`. */
  readonly network: string
}

/**
 * Reads the address of a client, and the network that limits count as one client.
 *
 * An IPv4 address is its own network, even inside IPv6 (`::ffff:192.0.2.1`, `64:ff9b::192.0.2.1`). An IPv6 address counts as its /64,
 * because a subscriber has at least a whole /64. Every spelling of an address gives the same network.
 *
 * @param text An address as a socket or a proxy writes it, with or without brackets, port and zone.
 * @returns `undefined` if the text is not an address.
 */
export function parseClientAddress(text: string): ClientAddress | undefined {
  return knownAddress(text)?.client
}

/**
 * Returns true for a local address: loopback, private, unique local, link-local or carrier-grade NAT.
 *
 * @param text An address as a socket or a proxy writes it.
 */
export function isPrivateAddress(text: string): boolean {
  return knownAddress(text)?.isPrivate === true
}

interface KnownAddress {
  readonly client: ClientAddress
  readonly isPrivate: boolean
}

const kept = new Map<string, KnownAddress>()

// Each request looks up the same few addresses several times, so parsed addresses are cached.
function knownAddress(text: string): KnownAddress | undefined {
  if (text.length > MAX_CHARACTERS) return undefined
  const before = kept.get(text)
  if (before) return before
  const parsed = parseAddress(text)
  if (!parsed) return undefined
  const known = { client: toClient(parsed), isPrivate: PRIVATE.has(parsed.range()) }
  kept.set(text, known)
  const [oldest] = kept.keys()
  if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest)
  return known
}

function toClient(parsed: ipaddr.IPv4 | ipaddr.IPv6): ClientAddress {
  const address = parsed.toString()
  if (parsed instanceof ipaddr.IPv4) return { address, network: address }
  const network = new ipaddr.IPv6([...parsed.parts.slice(0, 4), 0, 0, 0, 0])
  return { address, network: `${network}/64` }
}

function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const bare = withoutPort(text.trim())
  if (!bare.includes(':')) {
    // Accepts only four decimal parts: ipaddr.js also reads `127.1`, `0x7f000001` and octal numbers.
    return ipaddr.IPv4.isValidFourPartDecimal(bare) ? ipaddr.IPv4.parse(bare) : undefined
  }
  const name = bare.replace(/%.*$/, '')
  if (!ipaddr.IPv6.isValid(name)) return undefined
  const address = ipaddr.IPv6.parse(name)
  return TRANSLATED.has(address.range()) ? carriedAddress(address) : address
}

// Some proxies write `192.0.2.1:1234` or `[2001:db8::1]:1234` into X-Forwarded-For.
function withoutPort(text: string): string {
  return (
    /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text
  )
}

function carriedAddress({ parts }: ipaddr.IPv6): ipaddr.IPv4 {
  const [high = 0, low = 0] = parts.slice(6)
  return new ipaddr.IPv4([high >> 8, high & 0xff, low >> 8, low & 0xff])
}

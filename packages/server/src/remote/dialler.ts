/** Connects to hosts that a client named. Checks the resolved address, and connects to exactly that address. @module */

import { Resolver } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import type { buildConnector, Client } from 'undici'
import { isPublicAddress } from './public-address.js'
import { type AllowedHosts, isAllowedHost, portOf, WEB_PORTS } from './remote-url.js'

/** Returns all IP addresses of a host name. */
export type ResolveHost = (hostname: string) => Promise<readonly string[]>

/** Options of {@link createDialler}. */
export interface DiallerOptions {
  /** Hosts that may have private addresses and any port, as `host:port`. @default none */
  readonly allow?: AllowedHosts
  /** Maximum time for DNS, TCP and TLS until a connection is open, in milliseconds. */
  readonly connectTimeoutMs: number
  /** Resolves host names. @default the system's name servers, without its hosts file */
  readonly resolveHost?: ResolveHost
  /** Ports that may be connected to. @default 80 and 443 */
  readonly ports?: readonly number[]
  /** Local IP address of connections. @default chosen by the system */
  readonly localAddress?: string
}

/** Opens connections to hosts that passed the checks. */
export interface Dialler {
  readonly allow: AllowedHosts
  /**
   * Returns a client for one request to one origin. The caller must destroy it.
   * @param options `isTrusted`: true for a URL that the operator configured. It is not checked.
   */
  open(url: URL, options?: { readonly isTrusted?: boolean }): Promise<Client>
}

/** Refusal to connect to a host. Its text reveals nothing about the addresses of the host. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused'
  /** Code of a name that does not resolve. A different code would let clients scan a private network. */
  readonly code = 'ENOTFOUND'
}

/** Creates a dialler. It opens nothing until it is used, reuses no connections, and ignores variables such as `HTTP_PROXY`. */
export function createDialler(options: DiallerOptions): Dialler {
  const { connectTimeoutMs: timeout, localAddress, ports = WEB_PORTS } = options
  const allow = options.allow ?? new Set()
  const resolveHost = options.resolveHost ?? createResolver()
  return {
    allow,
    async open(url, { isTrusted = false } = {}) {
      // Loaded with the first connection, because loading takes a fifth of a server's start.
      const { buildConnector, Client } = await import('undici')
      const connect =
        isTrusted || isAllowedHost(url, allow)
          ? buildConnector({ timeout })
          : guard(buildConnector({ timeout, lookup: publicLookup(resolveHost) }), ports)
      return new Client(url.origin, {
        connect,
        ...(localAddress === undefined ? {} : { localAddress }),
        headersTimeout: HEADERS_TIMEOUT_MS,
        bodyTimeout: BODY_TIMEOUT_MS,
        maxHeaderSize: MAX_HEADER_BYTES,
      })
    },
  }
}

const HEADERS_TIMEOUT_MS = 60_000
const BODY_TIMEOUT_MS = 30_000
const MAX_HEADER_BYTES = 16 * 1024

function guard(
  connector: buildConnector.connector,
  ports: readonly number[],
): buildConnector.connector {
  return (target, callback) => {
    const url = new URL(`${target.protocol}//${target.host ?? target.hostname}`)
    // A socket does not call its lookup function for an IP literal, so the literal is checked here.
    const isRefused = isIP(target.hostname) !== 0 && !isPublicAddress(target.hostname)
    if (isRefused || !ports.includes(portOf(url))) return callback(new AddressRefused(), null)
    connector(target, (...[error, socket]) => {
      if (error) return callback(error, null)
      if (isPublicAddress(socket.remoteAddress ?? '')) return callback(null, socket)
      socket.destroy()
      callback(new AddressRefused(), null)
    })
  }
}

/** Returns a lookup function for sockets that fails unless every address of the host name is public. */
function publicLookup(resolveHost: ResolveHost): LookupFunction {
  return (hostname, { all }, callback) => {
    resolveHost(hostname)
      .then((addresses) => {
        const [address] = addresses
        if (address === undefined || !addresses.every(isPublicAddress)) throw new AddressRefused()
        if (!all) return callback(null, address, isIP(address))
        callback(
          null,
          addresses.map((one) => ({ address: one, family: isIP(one) })),
        )
      })
      .catch(() => callback(new AddressRefused(), [], 0))
  }
}

// Not the system's getaddrinfo: while a name server is slow, it occupies a thread of the pool that file writes need.
function createResolver(): ResolveHost {
  const resolver = new Resolver({ timeout: 2000, tries: 2 })
  return async (hostname) => {
    const answers = await Promise.allSettled([
      resolver.resolve4(hostname),
      resolver.resolve6(hostname),
    ])
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  }
}

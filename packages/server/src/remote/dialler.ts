/** The one way to dial what somebody else named: the address that was checked is the address that is connected. @module */

import { Resolver } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { buildConnector, Client } from 'undici'
import { isPublicAddress } from './public-address.js'
import { type AllowedHosts, isAllowedHost, portOf, WEB_PORTS } from './remote-url.js'

/** All addresses of a host name. */
export type ResolveHost = (hostname: string) => Promise<readonly string[]>

/** What {@link createDialler} takes. */
export interface DiallerOptions {
  /** Hosts that may be private and on any port, as `host:port`. @default none */
  readonly allow?: AllowedHosts
  /** Until the connection stands, name and TLS included, in milliseconds. */
  readonly connectTimeoutMs: number
  /** Asks the name servers. @default those of the system, without its hosts file */
  readonly resolveHost?: ResolveHost
  /** Ports that may be dialled. @default 80 and 443 */
  readonly ports?: readonly number[]
  /** Where connections start from. @default what the system chooses */
  readonly localAddress?: string
}

/** Opens connections. */
export interface Dialler {
  readonly allow: AllowedHosts
  /**
   * A client of one origin, for one request; the caller destroys it.
   * @param options `isTrusted`: the operator named the address, so that nothing is checked.
   */
  open(url: URL, options?: { readonly isTrusted?: boolean }): Client
}

/** Why nothing was dialled. Its text says nothing about what a name stands for. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused'
  /** As a name that does not resolve, so that nobody scans a network by the difference. */
  readonly code = 'ENOTFOUND'
}

/** Make a dialler. It opens nothing, keeps no connection, and ignores `HTTP_PROXY` and its like. */
export function createDialler(options: DiallerOptions): Dialler {
  const { connectTimeoutMs: timeout, localAddress, ports = WEB_PORTS } = options
  const allow = options.allow ?? new Set()
  const resolveHost = options.resolveHost ?? createResolver()
  const plain = buildConnector({ timeout })
  const guarded = guard(buildConnector({ timeout, lookup: publicLookup(resolveHost) }), ports)
  return {
    allow,
    open(url, { isTrusted = false } = {}) {
      const connect = isTrusted || isAllowedHost(url, allow) ? plain : guarded
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
    // A socket's own lookup is never asked about a literal.
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

/** A socket's lookup that answers only where every address of the name is public. */
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

// Not the system's getaddrinfo: it holds a thread of the pool that file writes need, for as long as a name server is slow.
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

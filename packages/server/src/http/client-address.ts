/** Finds the client of a request, for limits, the log and the audit log. @module */

import type { IncomingMessage } from 'node:http'
import { type ClientAddress, parseClientAddress } from '@countersign/protocol/client-address'
import { all, compile } from '@fastify/proxy-addr'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ServerConfig } from '../config.js'
import { createProxyWarning } from './proxy-warning.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Sender of the request: the peer of the connection, or the client that a trusted proxy names. */
    readonly client: ClientAddress
  }
}

type IsTrusted = (text: string | undefined, hop: number) => boolean

// The address is missing on a closed connection, and on a Unix socket without a proxy in front.
const UNKNOWN: ClientAddress = { address: 'unknown', network: 'unknown' }

/**
 * Adds `request.client` to every request: the full address for the log and the audit log, and the network that every limit counts.
 *
 * `X-Forwarded-For` counts only if the connection comes from one of `trustedProxies`. The header is read from the right: the first
 * entry that is not a trusted proxy is the client, because a client can write anything to the left of it. No other forwarded header
 * is read. Logs one warning if all clients of a proxy count as one address.
 */
export function decorateClientAddress(
  app: FastifyInstance,
  { trustedProxies }: Pick<ServerConfig, 'trustedProxies'>,
): void {
  const isTrusted = trustOf(app, trustedProxies)
  const warn = (details: object, message: string): void => app.log.warn(details, message)
  const warnOfProxy = createProxyWarning({ trustedProxies, warn })
  const clients = new WeakMap<IncomingMessage, ClientAddress>()
  app.decorateRequest('client', {
    getter(this: FastifyRequest) {
      const known = clients.get(this.raw)
      if (known) return known
      const trail = all(this.raw, isTrusted)
      warnOfProxy(this.raw, trail)
      const client = lastAddressOf(trail)
      clients.set(this.raw, client)
      return client
    },
  })
  // A closed socket knows the peer's address only if the address was read before.
  app.server.on('connection', (socket) => void socket.remoteAddress)
}

function trustOf(app: FastifyInstance, trustedProxies: readonly string[]): IsTrusted {
  const isListed = compile([...trustedProxies])
  return (text, hop) => {
    // A client of a Unix socket runs on this machine.
    if (text === undefined) return typeof app.server.address() === 'string' && isListed('::1', hop)
    const client = parseClientAddress(text)
    return client !== undefined && isListed(client.address, hop)
  }
}

// An entry that is not an address names no client, so the proxy that forwarded the entry counts instead.
function lastAddressOf(trail: readonly string[]): ClientAddress {
  for (const text of [...trail].reverse()) {
    const client = parseClientAddress(text ?? '')
    if (client) return client
  }
  return UNKNOWN
}

/** Warns once about a proxy whose clients all count as one address. @module */

import type { IncomingMessage } from 'node:http'
import { isPrivateAddress, parseClientAddress } from '@countersign/protocol/client-address'
import { all } from '@fastify/proxy-addr'

/** Options of {@link createProxyWarning}. */
export interface ProxyWarningOptions {
  /** Addresses, networks and names of trusted proxies. An empty list disables the warning. */
  readonly trustedProxies: readonly string[]
  /** Writes the warning to the log. */
  readonly warn: (details: object, message: string) => void
}

/**
 * Checks one request.
 *
 * @param trail The connection's peer, then the trusted entries of `X-Forwarded-For`, nearest first. The last entry counts as the client.
 */
export type WarnOfProxy = (request: IncomingMessage, trail: readonly string[]) => void

/** Headers of proxies that the server does not read. */
const OTHER_HEADERS = ['forwarded', 'x-real-ip'] as const

/**
 * Returns a function that warns once per process if a private address forwards the address of another client and that address is
 * ignored. The proxy is then not trusted, or writes no `X-Forwarded-For`. A public address causes no warning, because every client can
 * send these headers. An empty list of trusted proxies disables the warning.
 */
export function createProxyWarning({ trustedProxies, warn }: ProxyWarningOptions): WarnOfProxy {
  let isDone = trustedProxies.length === 0
  return (request, trail) => {
    if (isDone) return
    const isUnread = all(request).length > trail.length
    const otherHeader = OTHER_HEADERS.find((name) => request.headers[name] !== undefined)
    const sendsOnlyOther = otherHeader && request.headers['x-forwarded-for'] === undefined
    if (!isUnread && !sendsOnlyOther) return
    const proxy = parseClientAddress(trail.at(-1) ?? '')?.address
    if (proxy === undefined || !isPrivateAddress(proxy)) return
    isDone = true
    warn({ proxy }, isUnread ? notTrusted(proxy, trustedProxies) : notRead(proxy, otherHeader))
  }
}

function notTrusted(proxy: string, trustedProxies: readonly string[]): string {
  return `${proxy} passes on X-Forwarded-For and is not a trusted proxy, so limits count all its clients as one address. If it is your proxy, set COUNTERSIGN_TRUSTED_PROXIES=${[...trustedProxies, proxy].join(',')}`
}

function notRead(proxy: string, header = ''): string {
  return `${proxy} passes on ${header} without X-Forwarded-For, so limits count all its clients as one address. If it is your proxy, let it write X-Forwarded-For, and list it in COUNTERSIGN_TRUSTED_PROXIES`
}

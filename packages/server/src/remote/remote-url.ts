/** Parses URLs that a client named, and prints them without secrets. @module */

import { isIP } from 'node:net'
import { isPublicAddress } from './public-address.js'

/** Hosts that the operator allows, as `host:port`. */
export type AllowedHosts = ReadonlySet<string>

/** Ports that may be connected to, unless the operator allows a host with another port. */
export const WEB_PORTS: readonly number[] = [80, 443]

/**
 * Parses an http or https URL without credentials.
 * @returns The URL, or `null` for any other text.
 */
export function parseRemoteUrl(text: string): URL | null {
  if (text.length > MAX_URL_LENGTH || !URL.canParse(text)) return null
  const url = new URL(text)
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:'
  return isWeb && url.username === '' && url.password === '' && url.hostname !== '' ? url : null
}

/** Returns the port of a URL, or the default port of its scheme. */
export function portOf(url: URL): number {
  if (url.port) return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}

/** Returns true if the operator allows the host and port of a URL. */
export function isAllowedHost(url: URL, allowed: AllowedHosts): boolean {
  return allowed.has(`${url.hostname}:${portOf(url)}`)
}

/** Returns true if a URL names a private host by an IP literal or as `localhost`. Makes no DNS query. */
export function isPrivateLiteral(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (isIP(host) !== 0) return !isPublicAddress(host)
  return host === 'localhost' || host.endsWith('.localhost')
}

/** Returns a URL for logs and errors, without credentials, fragment and query. The query may contain a signature. */
export function printableUrl({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`.slice(0, MAX_PRINTED)
}

const MAX_URL_LENGTH = 4096
const MAX_PRINTED = 300

/** Addresses that somebody else names: what may be dialled at all, and how such an address is said again. @module */

import { isIP } from 'node:net'
import { isPublicAddress } from './public-address.js'

/** Hosts that the operator named, as `host:port`. */
export type AllowedHosts = ReadonlySet<string>

/** Ports that are dialled where the operator named nothing else. */
export const WEB_PORTS: readonly number[] = [80, 443]

/**
 * Read an http or https address without credentials.
 * @returns `null` for anything else.
 */
export function parseRemoteUrl(text: string): URL | null {
  if (text.length > MAX_URL_LENGTH || !URL.canParse(text)) return null
  const url = new URL(text)
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:'
  return isWeb && url.username === '' && url.password === '' && url.hostname !== '' ? url : null
}

/** The port, also where the address leaves it out. */
export function portOf(url: URL): number {
  if (url.port) return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}

/** Whether the operator named the host and port of an address. */
export function isAllowedHost(url: URL, allowed: AllowedHosts): boolean {
  return allowed.has(`${url.hostname}:${portOf(url)}`)
}

/** Whether an address names a private host without asking anybody: by a literal, or as `localhost`. */
export function isPrivateLiteral(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (isIP(host) !== 0) return !isPublicAddress(host)
  return host === 'localhost' || host.endsWith('.localhost')
}

/** An address as logs and refusals may say it: no credentials, no query, which may hold a signature, no fragment. */
export function printableUrl({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`.slice(0, MAX_PRINTED)
}

const MAX_URL_LENGTH = 4096
const MAX_PRINTED = 300

/** Returns the server's public address. @module */

import type { ServerConfig } from './config.js'

/**
 * Returns the configured public address, or else the address that the server listens on.
 * @returns `http://host:port` without a trailing slash. The host is 127.0.0.1 if the server listens on all addresses.
 */
export function publicUrlOf({
  publicUrl,
  host,
  port,
}: Pick<ServerConfig, 'publicUrl' | 'host' | 'port'>): string {
  if (publicUrl) return publicUrl
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

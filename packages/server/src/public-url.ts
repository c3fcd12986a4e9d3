/** What URLs in answers start with, and where clients find the server. @module */

import type { ServerConfig } from './config.js'

/**
 * The public address: what the operator says, else the address listened on.
 * @returns `http://host:port`, without a slash at the end; 127.0.0.1 where every address is listened on.
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

/**
 * Derives the server's address from the environment, for every line that a command prints. @module
 */

import { publicUrlOf } from '@countersign/server/catalog'

/**
 * Returns the address from `COUNTERSIGN_PUBLIC_URL`, or else `COUNTERSIGN_HOST` and `PORT`, without
 * a slash at the end.
 */
export function serverUrl(environment: Readonly<Record<string, string | undefined>>): string {
  const {
    COUNTERSIGN_PUBLIC_URL: publicUrl = '',
    COUNTERSIGN_HOST: host = '',
    PORT: port = '',
  } = environment
  return publicUrlOf({
    publicUrl: publicUrl.trim().replace(/\/+$/, '') || null,
    host: host.trim() || '127.0.0.1',
    port: Number(port.trim() || 8787),
  })
}

/** Whom to believe about the caller's address. @module */

/** Loopback, private, unique local and link local: where a proxy of one's own stands. */
const NEAR =
  /^(::1$|f[cde]|(::ffff:)?(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.))/i

/**
 * The `X-Forwarded-For` that the handler should see; its last entry is the caller.
 *
 * @param received The header as it came, which anybody can write.
 * @param address The connection's other end. A public one is the caller, whatever the header says.
 */
export function forwardedFor(received: string | null, address: string): string {
  if (!received) return address
  return NEAR.test(address) ? received : `${received}, ${address}`
}

/** Decides whether to trust a received `X-Forwarded-For` header. @module */

import { isPrivateAddress } from '@countersign/protocol/client-address'

/**
 * Returns the `X-Forwarded-For` header for the handler. Its last entry is the caller's address.
 *
 * @param received The received header, which any client can write.
 * @param address Remote address of the connection. A public address is appended as the caller, because no trusted proxy sent the request.
 */
export function forwardedFor(received: string | null, address: string): string {
  if (!received) return address
  return isPrivateAddress(address) ? received : `${received}, ${address}`
}

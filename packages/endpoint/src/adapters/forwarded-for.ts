/** Whom to believe about the caller's address. @module */

import { isPrivateAddress } from '@countersign/protocol/client-address'

/**
 * The `X-Forwarded-For` that the handler should see; its last entry is the caller.
 *
 * @param received The header as it came, which anybody can write.
 * @param address The connection's other end. A public one is the caller, whatever the header says.
 */
export function forwardedFor(received: string | null, address: string): string {
  if (!received) return address
  return isPrivateAddress(address) ? received : `${received}, ${address}`
}

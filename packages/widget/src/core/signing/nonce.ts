/** Creates nonces, which identify uploads. @module */

/** Returns a new nonce: 32 lower-case hex digits. */
export function createNonce(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

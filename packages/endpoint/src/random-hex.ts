/** Random ids of the wire: nonces and request ids. @module */

/**
 * Random bytes from the platform.
 * @returns Lower-case hex, twice as long as `byteCount`.
 */
export function randomHex(byteCount: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(byteCount))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

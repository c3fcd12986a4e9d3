/** Creates random hex ids: nonces and request ids. @module */

// Random bytes are fetched for many ids at once, because each call of getRandomValues is slow.
const POOL_BYTES = 2048
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

let pool = new Uint8Array(0)
let used = 0

/**
 * Returns cryptographically random bytes in hex. No byte is used twice.
 * @param byteCount Number of bytes, at most 2048.
 * @returns Lower-case hex with two characters for each byte.
 */
export function randomHex(byteCount: number): string {
  if (used + byteCount > pool.length) {
    pool = crypto.getRandomValues(new Uint8Array(POOL_BYTES))
    used = 0
  }
  let text = ''
  for (const byte of pool.subarray(used, used + byteCount)) text += HEX[byte]
  used += byteCount
  return text
}

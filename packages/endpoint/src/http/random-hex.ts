/** Random ids of the wire: nonces and request ids. @module */

// One call for many ids: each call into the platform costs more than an id.
const POOL_BYTES = 2048
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

let pool = new Uint8Array(0)
let used = 0

/**
 * Random bytes from the platform, none used twice.
 * @param byteCount At most 2048.
 * @returns Lower-case hex, twice as long as `byteCount`.
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

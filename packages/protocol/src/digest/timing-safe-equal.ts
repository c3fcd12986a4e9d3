/** Comparison whose time tells nothing about where two values differ. @module */

/**
 * Compare bytes in constant time.
 *
 * @returns `false` at once for different lengths, which are public (a signature's length names its algorithm).
 */
export function timingSafeEqual(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false
  let difference = 0
  for (let index = 0; index < left.length; index++) {
    difference |= (left[index] as number) ^ (right[index] as number)
  }
  return difference === 0
}

/** {@link timingSafeEqual} on the UTF-8 bytes of two texts. */
export function timingSafeEqualText(left: string, right: string): boolean {
  const encoder = new TextEncoder()
  return timingSafeEqual(encoder.encode(left), encoder.encode(right))
}

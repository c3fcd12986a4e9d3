/** Compares secrets in constant time. @module */

/**
 * Compares bytes in constant time.
 *
 * @returns `false` at once if the lengths differ. Lengths are public: the length of a signature
 * names its algorithm.
 */
export function timingSafeEqual(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false
  let difference = 0
  for (let index = 0; index < left.length; index++) {
    difference |= (left[index] as number) ^ (right[index] as number)
  }
  return difference === 0
}

/** Compares the UTF-8 bytes of two texts in constant time. */
export function timingSafeEqualText(left: string, right: string): boolean {
  const encoder = new TextEncoder()
  return timingSafeEqual(encoder.encode(left), encoder.encode(right))
}

/** Identifies a file by its first and last bytes. @module */

const END_BYTES = 64 * 1024

/** Returns the SHA-256 of a file's first and last 64 KiB, in hex. Returns `''` on insecure pages, where browsers offer no digests. */
export async function digestEnds(file: Blob): Promise<string> {
  const { subtle } = globalThis.crypto
  if (!subtle) return ''
  const ends = new Blob([file.slice(0, END_BYTES), file.slice(-END_BYTES)])
  const digest = new Uint8Array(await subtle.digest('SHA-256', await ends.arrayBuffer()))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Concatenates text and bytes into one message. @module */

import type { DigestInput } from './algorithm.js'

/**
 * Concatenates parts in order. Returns text if all parts are text, otherwise bytes, with text
 * encoded as UTF-8.
 */
export function concat(...parts: readonly DigestInput[]): DigestInput {
  if (parts.every((part) => typeof part === 'string')) return parts.join('')
  const encoder = new TextEncoder()
  const chunks = parts.map((part) => (typeof part === 'string' ? encoder.encode(part) : part))
  const bytes = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.length, 0))
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}

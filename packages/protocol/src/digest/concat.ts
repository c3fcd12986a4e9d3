/** Text and bytes as one message. @module */

import type { DigestInput } from './algorithm.js'

/** Join parts in order: text while all are text, else bytes, with text as UTF-8. */
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

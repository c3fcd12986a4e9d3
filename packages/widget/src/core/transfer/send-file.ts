/** Sends one file, whole or in parts. @module */

import type { ByteRange } from './byte-ranges.js'
import { createPartSender, type PartSender, type SendPartOptions } from './send-part.js'

/** Smallest part that the protocol takes, in bytes; the last may be smaller. */
export const MIN_CHUNK_BYTES = 5_000_000
/** Bytes of one part where the page says nothing. */
export const DEFAULT_CHUNK_BYTES = 20_000_000

/** What sending needs. */
export interface SendFileOptions extends SendPartOptions {
  /** What the server has of it. */
  readonly received: readonly ByteRange[]
  readonly maxChunkBytes: number
  /** Parts of this file side by side. */
  readonly maxParallelParts: number
  /** The server has these bytes now. */
  readonly onStored: (range: ByteRange) => void
}

/**
 * Send a file.
 *
 * @returns The server's answer to the last part.
 * @throws MediaError when it was refused, or could not be sent after some tries.
 */
export async function sendFile(
  options: SendFileOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const sendPart: PartSender = createPartSender(options)
  const { size } = options.file
  if (options.remoteUrl || size <= options.maxChunkBytes) {
    return sendPart({ start: 0, end: size, isWhole: true }, options)
  }
  // Most pages never send a file this large.
  const { sendParts } = await import('./send-parts.js')
  return sendParts(options, sendPart)
}

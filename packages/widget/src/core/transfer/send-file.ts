/** Sends one file, whole or in parts. @module */

import type { ByteRange } from './byte-ranges.js'
import { createPartSender, type PartSender, type SendPartOptions } from './send-part.js'

/** Minimum size of a part in bytes, by the protocol. The last part may be smaller. */
export const MIN_CHUNK_BYTES = 5_000_000
/** Default size of a part in bytes. */
export const DEFAULT_CHUNK_BYTES = 20_000_000

/** Options for sending a file. */
export interface SendFileOptions extends SendPartOptions {
  /** Byte ranges that the server has already received. */
  readonly received: readonly ByteRange[]
  /** Size of one part in bytes. */
  readonly maxChunkBytes: number
  /** Maximum number of parts of this file that are sent at once. */
  readonly maxParallelParts: number
  /** Called when the server has stored a part. */
  readonly onStored: (range: ByteRange) => void
}

/**
 * Sends a file, in parts if it is larger than one part.
 *
 * @returns The server's answer to the last part.
 * @throws MediaError if the server refuses the file, or if all attempts fail.
 */
export async function sendFile(
  options: SendFileOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const sendPart: PartSender = createPartSender(options)
  const { size } = options.file
  if (options.remoteUrl || size <= options.maxChunkBytes) {
    return sendPart({ start: 0, end: size, isWhole: true }, options)
  }
  // A separate chunk, because most pages never send a file this large.
  const { sendParts } = await import('./send-parts.js')
  return sendParts(options, sendPart)
}

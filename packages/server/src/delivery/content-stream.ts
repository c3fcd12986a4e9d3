/** Converts delivered content to a stream. @module */

import { Readable } from 'node:stream'
import type { OpenBlob } from '../storage/blob-store.js'

/** Returns a stream of bytes in memory or of an open blob. The stream closes the blob. */
export function contentStream(content: Buffer | OpenBlob): Readable {
  return Buffer.isBuffer(content) ? Readable.from([content]) : content.stream()
}

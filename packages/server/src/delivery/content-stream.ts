/** What is delivered, as a stream, whether it is in memory or stored. @module */

import { Readable } from 'node:stream'
import type { OpenBlob } from '../storage/blob-store.js'

/** The bytes of something opened; the stream closes it. */
export function contentStream(content: Buffer | OpenBlob): Readable {
  return Buffer.isBuffer(content) ? Readable.from([content]) : content.stream()
}

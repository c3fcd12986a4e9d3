/** Parses `metadata` without checking the values against their fields. @module */

import { DEFAULT_SERVER_LIMITS, type ServerLimits } from '../limits.js'
import { invalidParam, parseJsonParam, parsePairs } from './param-values.js'

/** Metadata values by the external id of their field. Values are text, or any JSON value if JSON was sent. */
export type SentMetadata = Readonly<Record<string, unknown>>

/**
 * Parses `metadata`: `id=v|id2=["a","b"]`, or a JSON object.
 * @throws MediaError PARAM_INVALID for too many bytes, or for text in another form.
 */
export function parseMetadata(
  text: string,
  { maxMetadataBytes }: Pick<ServerLimits, 'maxMetadataBytes'> = DEFAULT_SERVER_LIMITS,
): SentMetadata {
  if (Buffer.byteLength(text) > maxMetadataBytes) {
    throw invalidParam('metadata', `must be at most ${maxMetadataBytes} bytes`)
  }
  if (!text.startsWith('{')) return parsePairs('metadata', text)
  return parseJsonParam('metadata', text) as SentMetadata
}

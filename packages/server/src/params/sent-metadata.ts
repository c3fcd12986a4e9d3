/** `metadata` as it is sent: values by field, not yet looked at. @module */

import { DEFAULT_SERVER_LIMITS, type ServerLimits } from '../limits.js'
import { invalidParam, parseJsonParam, parsePairs } from './param-values.js'

/** Values by the external id of their field, as text or as JSON had them. */
export type SentMetadata = Readonly<Record<string, unknown>>

/**
 * Read `id=v|id2=["a","b"]`, or a JSON object.
 * @throws MediaError PARAM_INVALID for too many bytes, or another form.
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

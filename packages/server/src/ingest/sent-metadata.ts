/** `metadata` as it is sent: values by field, not yet looked at. @module */

import { MAX_METADATA_BYTES } from '../catalog/asset-edits.js'
import { invalidParam, parseJsonParam, parsePairs } from './param-values.js'

/** Values by the external id of their field, as text or as JSON had them. */
export type SentMetadata = Readonly<Record<string, unknown>>

/**
 * Read `id=v|id2=["a","b"]`, or a JSON object.
 * @throws MediaError PARAM_INVALID for more than 8,192 bytes, or another form.
 */
export function parseMetadata(text: string): SentMetadata {
  if (Buffer.byteLength(text) > MAX_METADATA_BYTES) {
    throw invalidParam('metadata', `must be at most ${MAX_METADATA_BYTES} bytes`)
  }
  if (!text.startsWith('{')) return parsePairs('metadata', text)
  return parseJsonParam('metadata', text) as SentMetadata
}

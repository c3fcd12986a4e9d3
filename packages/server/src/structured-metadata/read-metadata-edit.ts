/** Reads a request's edit of the structured metadata of one asset. @module */

import type { AssetName } from '../catalog/asset.js'
import type { MetadataEdit } from '../catalog/metadata-fields.js'
import type { Annotations } from '../params/annotations.js'
import type { Services } from '../services.js'
import { checkMetadata, clearInvalid } from './validate-metadata.js'

/**
 * Returns the metadata edit of a request: the sent values. With `clear_invalid`, also removes stored values that their fields no
 * longer accept.
 * @throws MediaError PARAM_INVALID if an id has no field, or a field refuses its value.
 */
export async function readMetadataEdit(
  { catalog }: Services,
  name: AssetName,
  annotations: Pick<Annotations, 'metadata' | 'clearInvalid'>,
): Promise<MetadataEdit> {
  const { metadata, clearInvalid: clears } = annotations
  if (metadata === undefined && !clears) return {}
  const fields = await catalog.listMetadataFields({ cloud: name.cloud })
  const values = checkMetadata(fields, metadata ?? {})
  if (!clears) return values
  const asset = await catalog.readAsset(name)
  return { ...clearInvalid(fields, asset?.extra.metadata), ...values }
}

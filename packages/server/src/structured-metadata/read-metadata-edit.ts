/** What a request does to the structured metadata of one asset. @module */

import type { AssetName } from '../catalog/asset.js'
import type { MetadataEdit } from '../catalog/metadata-fields.js'
import type { Annotations } from '../params/annotations.js'
import type { Services } from '../services.js'
import { checkMetadata, clearInvalid } from './validate-metadata.js'

/**
 * The edit: what was sent, and, where the request says so, stored values taken away that their fields would refuse by now.
 * @throws MediaError PARAM_INVALID naming ids that no field has, or a value that its field refuses.
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

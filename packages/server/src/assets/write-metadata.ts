/** The action `metadata`: sets values of structured metadata on many assets. @module */

import {
  type ActionCall,
  authorizeAction,
  requiredPublicIds,
  requiredText,
} from '../access/authorize-action.js'
import { parseBoolean } from '../params/param-values.js'
import { parseMetadata } from '../params/sent-metadata.js'
import { parseDeliveryType } from '../params/upload-params.js'
import type { Services } from '../services.js'
import { readMetadataEdit } from '../structured-metadata/read-metadata-edit.js'
import { editStored } from './edit-assets.js'

/**
 * Sets metadata values on the named assets. A blank value clears the stored value.
 * @returns The public ids of the assets that exist.
 * @throws MediaError of `authorizeAction`; PARAM_MISSING; PARAM_INVALID if an id has no field, or a field refuses its value.
 */
export async function writeMetadata(
  services: Services,
  call: ActionCall,
): Promise<readonly string[]> {
  const { key } = authorizeAction(services, 'metadata', call)
  const { cloud, resourceType, fields } = call
  const metadata = parseMetadata(requiredText(fields, 'metadata'), services.config)
  const clearInvalid = parseBoolean('clear_invalid', fields.text('clear_invalid') ?? '0')
  const query = { cloud, resourceType, deliveryType: parseDeliveryType(fields.text('type')) }
  const publicIds = requiredPublicIds(fields)
  // `clear_invalid` clears different values on each asset. Without it, one transaction changes all assets.
  const edits = clearInvalid ? publicIds.map((publicId) => [publicId]) : [publicIds]
  const edited = await Promise.all(
    edits.map(async (names) => {
      const name = { ...query, publicId: names[0] ?? '' }
      const edit = await readMetadataEdit(services, name, { metadata, clearInvalid })
      return editStored(services, {
        ...query,
        publicIds: names,
        edit: { metadata: edit },
        key,
        read: (param) => fields.text(param),
      })
    }),
  )
  return edited.flat().map((asset) => asset.publicId)
}

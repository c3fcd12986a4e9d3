/** Set values of structured metadata on many assets. @module */

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
 * Set values on the named assets; a blank value clears.
 * @returns The public ids of those that exist.
 * @throws MediaError of `authorizeAction`; PARAM_MISSING; PARAM_INVALID naming ids that no field has, or a value that its field refuses.
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
  // What is invalid differs by asset; without that question all are changed in one transaction.
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

/** One edit of assets that a call names: what every action on annotations shares. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { AssetEdit } from '../catalog/asset-edits.js'
import { MAX_CONTEXT_BYTES, MAX_TAGS } from '../catalog/asset-edits.js'
import type { Asset } from '../catalog/catalog.js'
import { parseDeliveryType } from '../ingest/upload-params.js'
import type { Services } from '../services.js'
import type { ActionCall } from './authorize-action.js'

/**
 * Apply an edit to the named assets.
 * @returns Those that exist, as they are now.
 * @throws MediaError PARAM_INVALID for an unknown `type`, or when one of them would hold too much; then none is changed.
 */
export async function editStored(
  services: Services,
  call: ActionCall,
  { publicIds, edit }: { readonly publicIds: readonly string[]; readonly edit: AssetEdit },
): Promise<readonly Asset[]> {
  const edited = await services.catalog.editAssets({
    cloud: call.cloud,
    resourceType: call.resourceType,
    deliveryType: parseDeliveryType(call.fields.text('type')),
    publicIds,
    edit,
    now: services.now(),
  })
  if (edited.outcome === 'edited') return edited.assets
  const limit = edited.member === 'tags' ? `${MAX_TAGS} tags` : `${MAX_CONTEXT_BYTES} bytes`
  throw new MediaError('PARAM_INVALID', {
    message: `${edited.member} of ${edited.publicId} would be more than ${limit}: nothing was changed`,
    details: { param: edited.member, publicId: edited.publicId },
  })
}

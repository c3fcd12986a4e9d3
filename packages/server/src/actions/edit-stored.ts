/** One edit of assets that a call names: what every action on annotations shares. @module */

import { MediaError } from '@countersign/protocol/errors'
import { type EditQuery, MAX_CONTEXT_BYTES, MAX_TAGS } from '../catalog/asset-edits.js'
import type { Asset } from '../catalog/catalog.js'
import type { Services } from '../services.js'

/**
 * Apply an edit to the named assets.
 * @returns Those that exist, as they are now.
 * @throws MediaError PARAM_INVALID when one of them would hold too much; then none is changed.
 */
export async function editStored(
  services: Services,
  query: Omit<EditQuery, 'now'>,
): Promise<readonly Asset[]> {
  const edited = await services.catalog.editAssets({ ...query, now: services.now() })
  if (edited.outcome === 'edited') return edited.assets
  const limit = edited.member === 'tags' ? `${MAX_TAGS} tags` : `${MAX_CONTEXT_BYTES} bytes`
  throw new MediaError('PARAM_INVALID', {
    message: `${edited.member} of ${edited.publicId} would be more than ${limit}: nothing was changed`,
    details: { param: edited.member, publicId: edited.publicId },
  })
}

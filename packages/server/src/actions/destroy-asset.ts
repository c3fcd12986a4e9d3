/** Take one asset away. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { DeliveryType } from '../catalog/catalog.js'
import type { Services } from '../services.js'
import { type ActionCall, authorizeAction } from './authorize-action.js'

/**
 * Destroy an asset by its name.
 * @returns Whether there was one.
 * @throws MediaError of `authorizeAction`, and PARAM_MISSING without a `public_id`.
 */
export async function destroyAsset(services: Services, call: ActionCall): Promise<boolean> {
  authorizeAction(services, 'destroy', call)
  const publicId = call.fields.text('public_id')
  if (publicId === undefined) {
    throw new MediaError('PARAM_MISSING', { message: 'Missing required parameter - public_id' })
  }
  const asset = await services.catalog.destroyAsset({
    cloud: call.cloud,
    resourceType: call.resourceType,
    deliveryType: (call.fields.text('type') ?? 'upload') as DeliveryType,
    publicId,
    now: services.now(),
  })
  return asset !== null
}

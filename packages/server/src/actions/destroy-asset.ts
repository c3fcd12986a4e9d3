/** Take one asset away. @module */

import type { DeliveryType } from '../catalog/catalog.js'
import type { Services } from '../services.js'
import { type ActionCall, authorizeAction, requiredText } from './authorize-action.js'

/**
 * Destroy an asset by its name.
 * @returns Whether there was one.
 * @throws MediaError of `authorizeAction`, and PARAM_MISSING without a `public_id`.
 */
export async function destroyAsset(services: Services, call: ActionCall): Promise<boolean> {
  authorizeAction(services, 'destroy', call)
  const asset = await services.catalog.destroyAsset({
    cloud: call.cloud,
    resourceType: call.resourceType,
    deliveryType: (call.fields.text('type') ?? 'upload') as DeliveryType,
    publicId: requiredText(call.fields, 'public_id'),
    now: services.now(),
  })
  return asset !== null
}

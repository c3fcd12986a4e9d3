/** The actions `destroy` and `asset_destroy`: destroy one asset by its name or by its immutable id. @module */

import { type ActionCall, authorizeAction, requiredText } from '../access/authorize-action.js'
import type { DeliveryType } from '../catalog/asset.js'
import type { Key } from '../catalog/key.js'
import type { NewEvent } from '../catalog/outbox-event.js'
import type { PathType } from '../http/resource-type-path.js'
import { notificationEvents } from '../notifications/notification-events.js'
import { readNotificationUrls } from '../notifications/notification-urls.js'
import type { Services } from '../services.js'

/**
 * Destroys an asset by its name.
 * @returns True if the asset existed.
 * @throws MediaError of `authorizeAction`, and PARAM_MISSING without a `public_id`.
 */
export async function destroyAsset(services: Services, call: ActionCall): Promise<boolean> {
  const { key } = authorizeAction(services, 'destroy', call)
  const asset = await services.catalog.destroyAsset({
    cloud: call.cloud,
    resourceType: call.resourceType,
    deliveryType: (call.fields.text('type') ?? 'upload') as DeliveryType,
    publicId: requiredText(call.fields, 'public_id'),
    events: deletionEvents(services, call, key),
    now: services.now(),
  })
  return asset !== null
}

/**
 * Destroys an asset by its immutable id.
 * @returns True if the asset existed.
 * @throws MediaError of `authorizeAction`, and PARAM_MISSING without an `asset_id`.
 */
export async function destroyAssetById(
  services: Services,
  call: ActionCall<PathType>,
): Promise<boolean> {
  const { key } = authorizeAction(services, 'asset_destroy', call)
  const assetId = requiredText(call.fields, 'asset_id')
  const asset = await services.catalog.destroyAsset({
    cloud: call.cloud,
    assetId,
    events: deletionEvents(services, call, key),
    now: services.now(),
  })
  return asset !== null
}

function deletionEvents(
  services: Services,
  { cloud, fields }: ActionCall<PathType>,
  key: Key,
): readonly NewEvent[] {
  const urls = readNotificationUrls(services, cloud, { read: (name) => fields.text(name) })
  return notificationEvents(services, { type: 'delete', keyId: key.id, urls })
}

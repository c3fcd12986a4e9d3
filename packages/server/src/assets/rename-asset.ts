/** The action `rename`: gives an asset another public id or another delivery type. @module */

import { MediaError } from '@countersign/protocol/errors'
import { type ActionCall, authorizeAction, requiredText } from '../access/authorize-action.js'
import type { Asset } from '../catalog/asset.js'
import { notificationEvents } from '../notifications/notification-events.js'
import { readNotificationUrls } from '../notifications/notification-urls.js'
import { parseDeliveryType } from '../params/upload-params.js'
import type { Services } from '../services.js'
import { assertPublicId } from './name-asset.js'

/**
 * Renames an asset.
 * @returns The asset under its new name.
 * @throws MediaError of `authorizeAction`; PARAM_MISSING; PUBLIC_ID_INVALID; ASSET_NOT_FOUND; PARAM_INVALID if the new name is taken.
 */
export async function renameAsset(services: Services, call: ActionCall): Promise<Asset> {
  const { key } = authorizeAction(services, 'rename', call)
  const { cloud, resourceType, fields } = call
  const from = requiredText(fields, 'from_public_id')
  const to = requiredText(fields, 'to_public_id')
  assertPublicId(to, { isStrict: false })
  const deliveryType = parseDeliveryType(fields.text('type'))
  const urls = readNotificationUrls(services, cloud, { read: (name) => fields.text(name) })
  const renamed = await services.catalog.renameAsset({
    cloud,
    resourceType,
    deliveryType,
    publicId: from,
    to: {
      cloud,
      resourceType,
      deliveryType: parseDeliveryType(fields.text('to_type') ?? deliveryType),
      publicId: to,
    },
    overwrite: /^(1|true)$/.test(fields.text('overwrite') ?? ''),
    events: notificationEvents(services, { type: 'rename', keyId: key.id, urls }),
    now: services.now(),
  })
  if (renamed.outcome === 'renamed') return renamed.asset
  throw renamed.outcome === 'missing'
    ? new MediaError('ASSET_NOT_FOUND', { message: `Resource not found - ${from}` })
    : new MediaError('PARAM_INVALID', { message: `to_public_id ${to} already exists` })
}

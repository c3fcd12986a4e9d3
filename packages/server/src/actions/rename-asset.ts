/** Give one asset another public id, or another delivery type. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { Asset, DeliveryType } from '../catalog/catalog.js'
import type { Fields } from '../ingest/fields.js'
import type { Services } from '../services.js'
import { type ActionCall, authorizeAction } from './authorize-action.js'
import { assertPublicId } from './name-asset.js'

/**
 * Rename an asset.
 * @returns The asset under its new name.
 * @throws MediaError of `authorizeAction`; PARAM_MISSING; PUBLIC_ID_INVALID; ASSET_NOT_FOUND; PARAM_INVALID when the new name is taken.
 */
export async function renameAsset(services: Services, call: ActionCall): Promise<Asset> {
  authorizeAction(services, 'rename', call)
  const { cloud, resourceType, fields } = call
  const from = required(fields, 'from_public_id')
  const to = required(fields, 'to_public_id')
  assertPublicId(to, { isStrict: false })
  const deliveryType = readType(fields.text('type') ?? 'upload')
  const renamed = await services.catalog.renameAsset({
    cloud,
    resourceType,
    deliveryType,
    publicId: from,
    to: {
      cloud,
      resourceType,
      deliveryType: readType(fields.text('to_type') ?? deliveryType),
      publicId: to,
    },
    overwrite: /^(1|true)$/.test(fields.text('overwrite') ?? ''),
    now: services.now(),
  })
  if (renamed.outcome === 'renamed') return renamed.asset
  throw renamed.outcome === 'missing'
    ? new MediaError('ASSET_NOT_FOUND', { message: `Resource not found - ${from}` })
    : new MediaError('PARAM_INVALID', { message: `to_public_id ${to} already exists` })
}

function required(fields: Fields, name: string): string {
  const value = fields.text(name)
  if (value !== undefined) return value
  throw new MediaError('PARAM_MISSING', { message: `Missing required parameter - ${name}` })
}

function readType(text: string): DeliveryType {
  if (text === 'upload' || text === 'private' || text === 'authenticated') return text
  throw new MediaError('PARAM_INVALID', {
    message: `type must be upload, private or authenticated, received ${text.slice(0, 64)}`,
  })
}

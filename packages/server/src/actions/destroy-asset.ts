/** Take one asset away. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { ResourceType } from '@countersign/protocol/limits'
import { authenticateRequest } from '../access/authenticate-request.js'
import type { DeliveryType } from '../catalog/catalog.js'
import type { Fields } from '../ingest/fields.js'
import type { Services } from '../services.js'

/** One destroy request. */
export interface DestroyCall {
  readonly cloud: string
  readonly resourceType: ResourceType
  readonly fields: Fields
  readonly authorization: string | undefined
}

/**
 * Destroy an asset by its name.
 * @returns Whether there was one.
 * @throws MediaError of `authenticateRequest`, and PARAM_MISSING without a `public_id`.
 */
export async function destroyAsset(services: Services, call: DestroyCall): Promise<boolean> {
  const access = authenticateRequest(services, { ...call, action: 'destroy' })
  const publicId = call.fields.text('public_id')
  if (publicId === undefined || access.mode === 'unsigned') {
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

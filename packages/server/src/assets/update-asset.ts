/** Updates a stored asset through the Admin API: takes the parameters of `explicit` and a moderator's decision. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { ResourceType } from '@countersign/protocol/limits'
import type { Asset, Moderation } from '../catalog/asset.js'
import type { Key } from '../catalog/key.js'
import type { Fields } from '../http/form/fields.js'
import { invalidParam, parseBoolean } from '../params/param-values.js'
import { assertSupported, parseDeliveryType } from '../params/upload-params.js'
import type { Services } from '../services.js'
import { editStored } from './edit-assets.js'
import { readEdit } from './explicit-asset.js'

/** An authenticated update call of the Admin API. */
export interface UpdateCall {
  readonly cloud: string
  readonly resourceType: ResourceType
  /** Delivery type in the path, not yet validated. */
  readonly type: string
  readonly publicId: string
  readonly fields: Fields
  /** Key that authorized the call. */
  readonly key: Key
}

/**
 * Updates a stored asset and returns it.
 * @throws MediaError PARAM_INVALID with the name of the parameter; ASSET_NOT_FOUND.
 */
export async function updateAsset(services: Services, call: UpdateCall): Promise<Asset> {
  const { cloud, resourceType, publicId, fields, key } = call
  const read = (name: string): string | undefined => fields.text(name)
  assertSupported('explicit', fields.names(), { read, api: 'admin' })
  // An update always finishes before its answer, so `async` cannot be honored.
  if (parseBoolean('async', read('async') ?? '0')) throw invalidParam('async', 'is not supported')
  const deliveryType = parseDeliveryType(call.type)
  const name = { cloud, resourceType, deliveryType, publicId }
  const edit = await readEdit(services, name, read)
  const moderation = readDecision(fields.text('moderation_status'), services.now())
  const [asset] = await editStored(services, {
    ...name,
    publicIds: [publicId],
    edit: moderation ? { ...edit, extra: { ...edit.extra, moderation } } : edit,
    key,
    read,
    ...(moderation ? { moderation: moderationBody(moderation) } : {}),
  })
  if (asset) return asset
  throw new MediaError('ASSET_NOT_FOUND', { message: `Resource not found - ${publicId}` })
}

function moderationBody({
  kind,
  status,
  updatedAt,
}: Moderation): Readonly<Record<string, unknown>> {
  return {
    moderation_kind: kind,
    moderation_status: status,
    moderation_updated_at: updatedAt,
  }
}

function readDecision(status: string | undefined, now: number): Moderation | undefined {
  if (status === undefined) return undefined
  if (status !== 'approved' && status !== 'rejected') {
    throw new MediaError('PARAM_INVALID', {
      message: `moderation_status must be approved or rejected, received ${status.slice(0, 64)}`,
      details: { param: 'moderation_status' },
    })
  }
  return {
    kind: 'manual',
    status,
    updatedAt: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
  }
}

/** Builds the members of a notification's body that depend on its kind. @module */

import * as v from 'valibot'
import type { Asset } from '../catalog/asset.js'
import type { AssetChange } from '../catalog/asset-edits.js'
import type { OutboxEvent } from '../catalog/outbox-event.js'
import type { Services } from '../services.js'
import type { PresentAsset } from './notification-body.js'

type Members = Readonly<Record<string, unknown>>

/** Returns the members of a notification that depend on its kind, by wire name. */
export function notificationMembers(
  services: Services,
  event: OutboxEvent,
  present: PresentAsset,
): Members {
  const { asset, payload } = event
  const given = (payload.body ?? {}) as Members
  switch (payload.type) {
    case 'upload':
    case 'archive':
      return { ...present(event), ...given }
    case 'delete':
      return { resources: asset ? [deletedMembers(services, asset)] : [] }
    case 'rename':
      return asset ? renamedMembers(asset, payload.from) : given
    case 'resource_tags_changed':
    case 'resource_context_changed':
    case 'resource_metadata_changed':
      return {
        source: 'api',
        resources: ((payload.changes ?? []) as AssetChange[]).map(changedMembers),
      }
    default:
      return { ...(asset ? subjectMembers(asset) : {}), ...given }
  }
}

function subjectMembers(asset: Asset): Members {
  const { assetId, publicId, resourceType, deliveryType, version } = asset
  return {
    asset_id: assetId,
    public_id: publicId,
    resource_type: resourceType,
    type: deliveryType,
    version,
  }
}

function deletedMembers({ config }: Services, asset: Asset): Members {
  return {
    ...subjectMembers(asset),
    ...(config.folderMode === 'fixed'
      ? { folder: asset.assetFolder }
      : { display_name: asset.displayName, asset_folder: asset.assetFolder }),
  }
}

/** The name before a rename, in the payload of its event. */
const oldNameSchema = v.object({
  publicId: v.string(),
  deliveryType: v.optional(v.string()),
})

function renamedMembers(asset: Asset, from: unknown): Members {
  const { publicId, deliveryType } = v.parse(oldNameSchema, from)
  const { asset_id, resource_type, type } = subjectMembers(asset)
  return {
    resource_type,
    type: deliveryType ?? type,
    ...(deliveryType !== undefined && deliveryType !== type ? { to_type: type } : {}),
    asset_id,
    from_public_id: publicId,
    to_public_id: asset.publicId,
  }
}

function changedMembers(change: AssetChange): Members {
  const { resourceType, deliveryType, publicId, assetId, added, removed, updated } = change
  return {
    resource_type: resourceType,
    type: deliveryType,
    asset_id: assetId,
    public_id: publicId,
    added,
    removed,
    updated,
  }
}

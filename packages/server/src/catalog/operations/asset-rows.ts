/** Converts asset records to table rows and back. @module */

import type { ResourceType } from '@countersign/protocol/limits'
import type { Selectable } from 'kysely'
import type { Asset, AssetName, DeliveryType } from '../asset.js'
import type { AssetRow } from '../tables.js'

/** Converts a row to an asset record. */
export function toAsset(row: Selectable<AssetRow>): Asset {
  return {
    cloud: row.cloud,
    resourceType: row.resource_type as ResourceType,
    deliveryType: row.delivery_type as DeliveryType,
    publicId: row.public_id,
    assetId: row.asset_id,
    version: row.version,
    versionId: row.version_id,
    blobId: row.blob_id,
    bytes: row.bytes,
    etag: row.etag,
    format: row.format,
    widthPx: row.width,
    heightPx: row.height,
    tags: JSON.parse(row.tags),
    context: JSON.parse(row.context),
    extra: JSON.parse(row.extra),
    assetFolder: row.asset_folder,
    displayName: row.display_name,
    originalFilename: row.original_filename,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/** Columns of the table of assets. */
export const ASSET_COLUMNS: readonly (keyof AssetRow)[] = [
  'asset_id',
  'cloud',
  'resource_type',
  'delivery_type',
  'public_id',
  'version',
  'version_id',
  'blob_id',
  'bytes',
  'etag',
  'format',
  'width',
  'height',
  'tags',
  'context',
  'extra',
  'asset_folder',
  'display_name',
  'original_filename',
  'created_at',
  'updated_at',
]

/** Converts an asset record to a row. */
export function toAssetRow(asset: Asset): AssetRow {
  return {
    asset_id: asset.assetId,
    cloud: asset.cloud,
    resource_type: asset.resourceType,
    delivery_type: asset.deliveryType,
    public_id: asset.publicId,
    version: asset.version,
    version_id: asset.versionId,
    blob_id: asset.blobId,
    bytes: asset.bytes,
    etag: asset.etag,
    format: asset.format,
    width: asset.widthPx,
    height: asset.heightPx,
    tags: JSON.stringify(asset.tags),
    context: JSON.stringify(asset.context),
    extra: JSON.stringify(asset.extra),
    asset_folder: asset.assetFolder,
    display_name: asset.displayName,
    original_filename: asset.originalFilename,
    created_at: asset.createdAt,
    updated_at: asset.updatedAt,
  }
}

/** Returns the columns that identify an asset by name. */
export function nameColumns(
  name: AssetName,
): Pick<AssetRow, 'cloud' | 'resource_type' | 'delivery_type' | 'public_id'> {
  return {
    cloud: name.cloud,
    resource_type: name.resourceType,
    delivery_type: name.deliveryType,
    public_id: name.publicId,
  }
}

/** Stores an archive as an asset. Like an upload, it goes through the staging folder to a blob. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { ActionCall } from '../access/authorize-action.js'
import { assertFolder } from '../assets/name-asset.js'
import type { Asset } from '../catalog/asset.js'
import type { Key } from '../catalog/key.js'
import type { NewUpload } from '../catalog/new-upload.js'
import type { EventClaim } from '../catalog/outbox-event.js'
import { notificationEvents } from '../notifications/notification-events.js'
import { parseTags } from '../params/annotations.js'
import { parseDeliveryType } from '../params/upload-params.js'
import type { Services } from '../services.js'
import type { StagedUpload } from '../storage/blob-store.js'
import { createId } from '../storage/create-id.js'
import { stageFile } from '../storage/disk/stage-file.js'
import { ARCHIVE_LIMITS, type ArchiveSelection } from './select-assets.js'
import { type ArchiveFormat, writeArchive } from './write-archive.js'

/** An archive to store. */
export interface NewArchive {
  readonly format: ArchiveFormat
  /** Public id with the extension of the format. */
  readonly publicId: string
  readonly selection: ArchiveSelection
  readonly key: Pick<Key, 'id'>
  /** Notification URLs of the request. */
  readonly urls: readonly string[]
  /** For an archive that was answered before it was written: the claimed outbox event that its commit finishes, and its batch id. */
  readonly later?: { readonly claim: EventClaim; readonly batchId: string }
}

/**
 * Writes an archive and stores it as an asset.
 * @throws MediaError ASSET_TOO_LARGE; PARAM_INVALID of `describeArchive`; the error of a file that cannot be read.
 */
export async function storeArchive(
  services: Services,
  { cloud, fields }: Pick<ActionCall, 'cloud' | 'fields'>,
  { format, publicId, selection, key, urls, later }: NewArchive,
): Promise<Asset> {
  const described = describeArchive(services, { cloud, fields }, publicId)
  const stream = await writeArchive(format, selection.entries)
  let file: StagedUpload | undefined
  try {
    file = await stageFile(services.staging, stream, { assertBytes })
    const blob = await services.blobs.write(cloud, file)
    const committed = await services.catalog.commitUpload({
      asset: described,
      blob: { blobId: blob.blobId, bytes: file.bytes, md5: file.md5 },
      ids: { assetId: createId(), versionId: createId() },
      overwrite: true,
      events: notificationEvents(services, {
        type: 'archive',
        keyId: key.id,
        urls,
        body: {
          ...archiveCounts(selection),
          ...(later ? { batch_id: later.batchId } : {}),
        },
      }),
      ...(later ? { accepted: { claim: later.claim } } : {}),
      now: services.now(),
    })
    if ('asset' in committed) return committed.asset
    await services.blobs.destroy(blob)
    throw new MediaError('INTERNAL', { message: 'an archive was not committed' })
  } finally {
    await file?.discard()
    stream.destroy()
  }
}

/** Returns the members of the answer that count an archive's files and list the selectors that matched no asset. */
export function archiveCounts(selection: ArchiveSelection): Readonly<Record<string, unknown>> {
  const { entries, assetCount, missingPublicIds, emptyTags, emptyPrefixes } = selection
  return {
    resource_count: assetCount,
    file_count: entries.length,
    ...(missingPublicIds.length > 0 ? { missing_public_ids: missingPublicIds } : {}),
    ...(emptyTags.length > 0 ? { empty_tags: emptyTags } : {}),
    ...(emptyPrefixes.length > 0 ? { empty_prefixes: emptyPrefixes } : {}),
  }
}

/**
 * Returns the properties of the asset that an archive becomes.
 * @throws MediaError PARAM_INVALID with the name of the parameter.
 */
export function describeArchive(
  { config }: Services,
  { cloud, fields }: Pick<ActionCall, 'cloud' | 'fields'>,
  publicId: string,
): NewUpload['asset'] {
  const slash = publicId.lastIndexOf('/') + 1
  const parent = publicId.slice(0, Math.max(0, slash - 1))
  const folder = (fields.text('target_asset_folder') ?? '').replace(/^\/+|\/+$/g, '')
  assertFolder(folder, { isStrict: false })
  return {
    cloud,
    resourceType: 'raw',
    deliveryType: parseDeliveryType(fields.text('type')),
    publicId,
    format: null,
    widthPx: null,
    heightPx: null,
    tags: parseTags('target_tags', fields.text('target_tags') ?? ''),
    context: {},
    extra: {},
    assetFolder: config.folderMode === 'fixed' ? parent : folder,
    displayName: publicId.slice(slash),
    originalFilename: null,
  }
}

function assertBytes(bytes: number): void {
  if (bytes <= ARCHIVE_LIMITS.bytes) return
  throw new MediaError('ASSET_TOO_LARGE', {
    message: `File size too large. Got ${bytes}. Maximum is ${ARCHIVE_LIMITS.bytes} for an archive`,
  })
}

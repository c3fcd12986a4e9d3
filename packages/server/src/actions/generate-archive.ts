/** Archives of stored assets: kept as an asset, or sent as they are made. @module */

import type { Readable } from 'node:stream'
import { MediaError } from '@countersign/protocol/errors'
import { type ArchiveFormat, writeArchive } from '../archive/write-archive.js'
import type { Asset } from '../catalog/asset.js'
import type { Key } from '../catalog/key.js'
import { parseTags } from '../ingest/annotations.js'
import type { Fields } from '../ingest/fields.js'
import { invalidParam } from '../ingest/param-values.js'
import { stageFile } from '../ingest/stage-file.js'
import { parseDeliveryType } from '../ingest/upload-params.js'
import { readNotificationUrls } from '../notifications/notification-urls.js'
import { owedNotifications } from '../notifications/owed-notifications.js'
import type { Services } from '../services.js'
import { createId } from '../storage/staging.js'
import { type ActionCall, authorizeAction, type PathType } from './authorize-action.js'
import { assertFolder, assertPublicId, randomName } from './name-asset.js'
import { ARCHIVE_LIMITS, type ArchiveSelection, selectArchive } from './select-archive.js'

/** An archive that was stored, or one that is being written. */
export type GeneratedArchive =
  | {
      readonly mode: 'create'
      readonly asset: Asset
      readonly selection: ArchiveSelection
      readonly key: Key
      readonly algorithm: 'sha1' | 'sha256'
    }
  | {
      readonly mode: 'download'
      readonly stream: Readable
      readonly fileName: string
      readonly mimeType: string
    }

/**
 * Make an archive.
 * @throws MediaError of `authorizeAction` and `selectArchive`; PARAM_INVALID; PUBLIC_ID_INVALID; ASSET_TOO_LARGE.
 */
export async function generateArchive(
  services: Services,
  call: ActionCall<PathType>,
): Promise<GeneratedArchive> {
  const access = authorizeAction(services, 'generate_archive', call)
  const { fields } = call
  const format = oneOf(fields, 'target_format', ['zip', 'tgz'])
  const mode = oneOf(fields, 'mode', ['create', 'download'])
  const publicId = `${fields.text('target_public_id') ?? randomName(20)}.${format}`
  assertPublicId(publicId, { isStrict: false })
  const selection = await selectArchive(services, call)
  const stream = await writeArchive(format, selection.entries)
  if (mode === 'download') {
    const fileName = fields.text('target_public_id') ? publicId : `archive.${format}`
    return { mode, stream, fileName, mimeType: MIME_TYPES[format] }
  }
  const { key, algorithm } = access
  const asset = await store(services, call, { stream, publicId, selection, key })
  return { mode, asset, selection, key, algorithm }
}

const MIME_TYPES: Readonly<Record<ArchiveFormat, string>> = {
  zip: 'application/zip',
  tgz: 'application/gzip',
}

interface NewArchive {
  readonly stream: Readable
  readonly publicId: string
  readonly selection: ArchiveSelection
  readonly key: Key
}

async function store(
  services: Services,
  { cloud, fields }: ActionCall<PathType>,
  { stream, publicId, selection, key }: NewArchive,
): Promise<Asset> {
  const urls = readNotificationUrls(services, cloud, { read: (name) => fields.text(name) })
  const described = describeArchive(services, { cloud, fields }, publicId)
  const file = await stageFile(services.staging, stream, { assertBytes })
  try {
    const blob = await services.blobs.write(cloud, file)
    const committed = await services.catalog.commitUpload({
      asset: described,
      blob: { blobId: blob.blobId, bytes: file.bytes, md5: file.md5 },
      ids: { assetId: createId(), versionId: createId() },
      overwrite: true,
      events: owedNotifications(services, {
        type: 'archive',
        keyId: key.id,
        urls,
        body: archiveCounts(selection),
      }),
      now: services.now(),
    })
    if ('asset' in committed) return committed.asset
    throw new MediaError('INTERNAL', { message: 'an archive was not committed' })
  } finally {
    await file.discard()
    stream.destroy()
  }
}

/** How many files an archive has, and what was not there, under the names of the answer. */
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

function describeArchive(
  { config }: Services,
  { cloud, fields }: Pick<ActionCall, 'cloud' | 'fields'>,
  publicId: string,
) {
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
  } as const
}

function assertBytes(bytes: number): void {
  if (bytes <= ARCHIVE_LIMITS.bytes) return
  throw new MediaError('ASSET_TOO_LARGE', {
    message: `File size too large. Got ${bytes}. Maximum is ${ARCHIVE_LIMITS.bytes} for an archive`,
  })
}

function oneOf<const Choice extends string>(
  fields: Fields,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const text = fields.text(name) ?? choices[0]
  const choice = choices.find((candidate) => candidate === text)
  if (choice) return choice
  throw invalidParam(name, `must be ${choices.join(' or ')}, received ${text.slice(0, 32)}`)
}

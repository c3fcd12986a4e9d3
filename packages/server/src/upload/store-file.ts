/** Stores a staged file: inspects it, writes its blob and commits its row. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { ResourceType } from '@countersign/protocol/limits'
import { deleteTokenOf, newDeleteToken } from '../assets/delete-token.js'
import { displayNameSuffixes, nameAsset } from '../assets/name-asset.js'
import { editExtra } from '../catalog/asset-edits.js'
import type { NewUpload } from '../catalog/new-upload.js'
import type { NewEvent } from '../catalog/outbox-event.js'
import { CatalogWriteError } from '../catalog/write-error.js'
import { deriveEvent, orderedRows, uploadBatchId } from '../delivery/derive-eager.js'
import { type ArrivedTags, fileFacts, readArrivedTags } from '../inspection/file-facts.js'
import { type InspectedFile, inspectFile } from '../inspection/inspect-file.js'
import { completionUrlOf } from '../notifications/announced-app.js'
import { notificationEvents } from '../notifications/notification-events.js'
import type { Services } from '../services.js'
import type { BlobRef } from '../storage/blob-store.js'
import { createId } from '../storage/create-id.js'
import { readMetadataEdit } from '../structured-metadata/read-metadata-edit.js'
import { answerAgain, answerUpload, nonceReused, type UploadResult } from './answer-upload.js'
import type { UploadPlan } from './plan-upload.js'
import type { ReceivedFile } from './receive-file.js'
import { transformIncoming } from './transform-incoming.js'

/** A staged file with the plan of its upload. Input of {@link storeFile}. */
export interface StoreInput extends Omit<ReceivedFile, 'access'> {
  readonly resourceType: ResourceType | 'auto'
  /** Chunk session that the upload completes. */
  readonly sessionId?: string
  /** Public id that an earlier answer gave to the upload. */
  readonly publicId?: string
  /** Accepted job that the upload completes. */
  readonly accepted?: NonNullable<NewUpload['accepted']>
}

/**
 * Inspects a staged file, writes its blob and commits its row.
 * @throws MediaError if the upload is refused. The caller must discard the staged file.
 */
export async function storeFile(services: Services, input: StoreInput): Promise<UploadResult> {
  const { plan, file, declared } = input
  const { params, limits } = plan
  const inspected = await inspectFile(services, file, declared, {
    resourceType: input.resourceType,
    limits,
    // With `format`, the received image may have another format than the stored one.
    allowedFormats: params.format === undefined ? params.allowedFormats : undefined,
  })
  const tags = await readArrivedTags(services, { ...file, ...inspected }, params)
  const kept = await transformIncoming(services, { file, inspected }, plan)
  try {
    return await commitFile(services, { ...input, ...kept, tags })
  } finally {
    await kept.file.discard()
  }
}

async function commitFile(services: Services, input: CommitInput): Promise<UploadResult> {
  const { plan, file } = input
  const upload = await withMetadata(services, newUpload(services, input), plan)
  const blob = await services.blobs.write(plan.key.cloud, file)
  const committed = await services.catalog.commitUpload(upload).catch(async (error) => {
    services.log.error({ blobId: blob.blobId, err: error }, 'an upload was not committed')
    // If the row may exist, the blob stays. The collector removes it later if no row needs it.
    if (error instanceof CatalogWriteError && error.isUndone) await dropBlob(services, blob)
    throw error
  })
  if (committed.outcome === 'created' || committed.outcome === 'overwritten') {
    const topics = (upload.events ?? []).map(({ topic }) => topic)
    if (topics.length > 0) services.wakeOutbox(topics)
    return answerUpload(services, plan, committed)
  }
  await dropBlob(services, blob)
  if (committed.outcome === 'nonce-conflict') throw nonceReused()
  if (committed.outcome === 'claim-lost') {
    throw new MediaError('INTERNAL', { message: 'another worker has claimed this upload' })
  }
  return committed.outcome === 'replayed'
    ? answerAgain(services, plan, { asset: committed.asset, outcome: committed.first })
    : answerUpload(services, plan, committed)
}

/** Deletes a blob without a row. If that fails, the collector deletes it later. */
async function dropBlob({ blobs, log }: Services, blob: BlobRef): Promise<void> {
  await blobs
    .destroy(blob)
    .catch((err) => log.warn({ blobId: blob.blobId, err }, 'a file without a row is left'))
}

interface CommitInput extends StoreInput {
  readonly inspected: InspectedFile
  readonly tags: ArrivedTags
}

function newUpload(services: Services, input: CommitInput): NewUpload {
  const { plan, file, declared, inspected } = input
  const { params } = plan
  const { pages: _pages, media: _media, ...described } = inspected
  const names = nameAsset({
    params,
    resourceType: inspected.resourceType,
    filename: declared.filename,
    folderMode: services.config.folderMode,
    isStrict: plan.isStrict,
  })
  const ids = { assetId: createId(), versionId: createId() }
  const now = services.now()
  const { maxDerivedPerAsset } = services.config
  return {
    asset: {
      cloud: plan.key.cloud,
      deliveryType: params.deliveryType,
      ...names,
      ...(input.publicId ? { publicId: input.publicId } : {}),
      ...described,
      tags: params.tags ?? [],
      context: params.context ?? {},
      extra: {
        ...editExtra({}, params.extra),
        ...fileFacts(inspected, { params, filename: declared.filename }, input.tags),
      },
    },
    blob: { blobId: file.stagingId, bytes: file.bytes, md5: file.md5 },
    ids,
    overwrite: plan.overwrite,
    ...(params.uniqueDisplayName ? { displayNameSuffixes: displayNameSuffixes() } : {}),
    isKept: params.backup,
    ...(params.returnDeleteToken
      ? { deleteToken: newDeleteToken(deleteTokenOf(plan.key, ids.versionId), now) }
      : {}),
    ...(plan.nonce ? { nonce: plan.nonce } : {}),
    ...(input.sessionId
      ? {
          sessionId: input.sessionId,
          sessionExpiresAt: now + services.config.sessionSeconds * 1000,
        }
      : {}),
    ...(input.accepted ? { accepted: input.accepted } : {}),
    ...(params.eager
      ? // Derivatives over the limit are refused when they are created.
        { derivatives: orderedRows(params.eager, described.format).slice(0, maxDerivedPerAsset) }
      : {}),
    events: uploadEvents(services, plan, ids),
    now,
  }
}

/** Adds the structured metadata. `clear_invalid` needs the public id, which is known only now. */
async function withMetadata(
  services: Services,
  upload: NewUpload,
  { metadata, params }: UploadPlan,
): Promise<NewUpload> {
  if (!params.clearInvalid) return { ...upload, metadata }
  const values = await readMetadataEdit(services, upload.asset, params)
  return { ...upload, metadata: { ...metadata, values } }
}

function uploadEvents(
  services: Services,
  plan: UploadPlan,
  { versionId }: NewUpload['ids'],
): readonly NewEvent[] {
  const { key, algorithm, notificationUrls: urls } = plan
  const { eager: orders, eagerAsync } = plan.params
  const batch = {
    batchId: uploadBatchId(versionId),
    keyId: key.id,
    urls: plan.eagerNotificationUrls,
  }
  return [
    ...(completionUrlOf(services) ? [completionEvent(plan)] : []),
    ...(orders && eagerAsync ? [deriveEvent({ ...batch, orders })] : []),
    ...notificationEvents(services, { type: 'upload', keyId: key.id, algorithm, urls }),
  ]
}

function completionEvent({ key, algorithm, params }: UploadPlan): NewEvent {
  const claims = params.claims === undefined ? {} : { claims: params.claims }
  return {
    eventId: createId(),
    topic: 'completion',
    payload: { keyId: key.id, algorithm, ...claims },
  }
}

/** Builds the answer for a stored upload: for its uploader, for a repeated request, and for a caller who did not create the asset. @module */

import { MediaError } from '@countersign/protocol/errors'
import { isPublic } from '../access/asset-visibility.js'
import { deleteTokenOf } from '../assets/delete-token.js'
import { assetChange } from '../audit/catalog-changes.js'
import type { Asset } from '../catalog/asset.js'
import type { Key } from '../catalog/key.js'
import type { StoredOutcome } from '../catalog/new-upload.js'
import {
  deriveEager,
  type EagerOutcome,
  pendingOutcomes,
  uploadBatchId,
} from '../delivery/derive-eager.js'
import type { Services } from '../services.js'
import type { UploadPlan } from './plan-upload.js'

/** Outcome of an upload, and the key that signs the answer. */
export interface UploadResult {
  readonly asset: Asset
  readonly outcome: StoredOutcome
  /** True if an earlier request stored the upload. The answer is then that of the earlier request. */
  readonly isReplayed?: true
  /** Token with which the uploader may delete the asset. Only the uploader gets it. */
  readonly deleteToken?: string
  readonly key: Key
  readonly algorithm: 'sha1' | 'sha256'
  /** Outcomes of the eager derivatives. */
  readonly eager?: readonly EagerOutcome[]
}

/** Answers a repeated upload as its first request was answered. */
export async function answerAgain(
  services: Services,
  plan: UploadPlan,
  stored: { readonly asset: Asset; readonly outcome: StoredOutcome },
): Promise<UploadResult> {
  services.trail.record(assetChange('upload', 'replayed', stored.asset))
  return { ...(await answerUpload(services, plan, stored)), isReplayed: true }
}

/** Answers an upload that was just stored, and makes its eager derivatives. */
export async function answerUpload(
  services: Services,
  plan: UploadPlan,
  { asset, outcome }: { readonly asset: Asset; readonly outcome: StoredOutcome },
): Promise<UploadResult> {
  const { key, algorithm, params } = plan
  // The uploader may not delete an asset that existed before, and no derivatives are made of it.
  const isOwn = outcome !== 'existing'
  const eager = isOwn ? await answerEager(services, plan, asset) : undefined
  return {
    asset: shownTo(services, plan, { asset, outcome }),
    outcome,
    key,
    algorithm,
    ...(isOwn && params.returnDeleteToken
      ? { deleteToken: deleteTokenOf(key, asset.versionId) }
      : {}),
    ...(eager ? { eager } : {}),
  }
}

async function answerEager(
  services: Services,
  { params: { eager: orders, eagerAsync } }: UploadPlan,
  asset: Asset,
): Promise<readonly EagerOutcome[] | undefined> {
  if (!orders) return undefined
  const batchId = uploadBatchId(asset.versionId)
  return eagerAsync ? pendingOutcomes({ batchId, orders }) : deriveEager(services, asset, orders)
}

/** Returns the fields of the resulting asset that the uploader may see. */
function shownTo(
  services: Services,
  { isStranger, metadata }: UploadPlan,
  { asset, outcome }: { readonly asset: Asset; readonly outcome: StoredOutcome },
): Asset {
  if (!isStranger) return asset
  if (outcome === 'existing') return shownToStranger(services, asset)
  return outcome === 'overwritten'
    ? withoutKeptMetadata(asset, Object.keys(metadata.values ?? {}))
    : asset
}

/**
 * Returns the fields of an existing asset that its non-owner may see. A non-owner uploaded to the asset's public id and may not manage
 * assets. Tags, context, metadata, the file name, the display name and the asset folder are left out.
 *
 * @throws MediaError PUBLIC_ID_INVALID if the asset is not public. The text only says that the public id is taken.
 */
export function shownToStranger(
  { config, now }: Pick<Services, 'config' | 'now'>,
  asset: Asset,
): Asset {
  if (!isPublic(asset, now())) {
    throw new MediaError('PUBLIC_ID_INVALID', { message: `public_id (${asset.publicId}) is taken` })
  }
  return {
    ...asset,
    ...{ tags: [], context: {}, extra: {}, originalFilename: null },
    displayName: asset.publicId.slice(asset.publicId.lastIndexOf('/') + 1),
    // In fixed folder mode, the folder is part of the public id.
    assetFolder: config.folderMode === 'fixed' ? asset.assetFolder : '',
  }
}

/** Removes structured metadata that the overwritten asset already had, except the fields that the upload sent. */
export function withoutKeptMetadata(asset: Asset, sent: readonly string[]): Asset {
  const { metadata = {}, ...extra } = asset.extra
  const own = Object.entries(metadata).filter(([name]) => sent.includes(name))
  return {
    ...asset,
    extra: { ...extra, ...(own.length > 0 ? { metadata: Object.fromEntries(own) } : {}) },
  }
}

/** Creates the error for a nonce that was used with other parameters. */
export function nonceReused(): MediaError {
  return new MediaError('NONCE_REUSED', {
    message: 'The nonce was used for another upload: use a new nonce for each upload',
  })
}

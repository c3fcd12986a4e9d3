/** What is answered of an upload that is stored: to its own uploader, to a repeated request, and to a stranger. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { Asset } from '../catalog/asset.js'
import type { Key } from '../catalog/key.js'
import type { StoredOutcome } from '../catalog/new-upload.js'
import type { Services } from '../services.js'
import { deleteTokenOf } from './delete-token.js'
import { deriveEager, type EagerOutcome, pendingOutcomes, uploadBatchId } from './derive-eager.js'
import type { UploadPlan } from './plan-upload.js'

/** How an upload ended, and by which key the answer is signed. */
export interface UploadResult {
  readonly asset: Asset
  readonly outcome: StoredOutcome
  /** Whether an earlier request stored it: this one is answered as that one was. */
  readonly isReplayed?: true
  /** With which the uploader may take it back; told to nobody else. */
  readonly deleteToken?: string
  readonly key: Key
  readonly algorithm: 'sha1' | 'sha256'
  /** What became of what was ordered with it. */
  readonly eager?: readonly EagerOutcome[]
}

/** The answer to an upload that was stored before, as it was given then. */
export async function answerAgain(
  services: Services,
  plan: UploadPlan,
  stored: { readonly asset: Asset; readonly outcome: StoredOutcome },
): Promise<UploadResult> {
  return { ...(await answerUpload(services, plan, stored)), isReplayed: true }
}

/** The answer to an upload that was just stored, with what was ordered with it. */
export async function answerUpload(
  services: Services,
  plan: UploadPlan,
  { asset, outcome }: { readonly asset: Asset; readonly outcome: StoredOutcome },
): Promise<UploadResult> {
  const { key, algorithm, params, isStrict } = plan
  // What stood there before is not this uploader's to take back, and nothing new is made of it.
  const isOwn = outcome !== 'existing'
  const eager = isOwn ? await answerEager(services, plan, asset) : undefined
  return {
    asset: isOwn || !isStrict ? asset : shownToStranger(asset),
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

/**
 * What stands already may be somebody else's: a browser's key hears that it is there, and nothing private about it.
 * @throws MediaError PUBLIC_ID_INVALID when not even that is public.
 */
export function shownToStranger(asset: Asset): Asset {
  if (asset.deliveryType !== 'upload') {
    throw new MediaError('PUBLIC_ID_INVALID', { message: `public_id (${asset.publicId}) is taken` })
  }
  return { ...asset, tags: [], context: {}, extra: {}, originalFilename: null }
}

/** The refusal of a nonce that was used with another bag. */
export function nonceReused(): MediaError {
  return new MediaError('NONCE_REUSED', {
    message: 'The nonce was used for another upload: one nonce is one upload',
  })
}

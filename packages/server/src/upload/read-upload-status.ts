/** Reads how many bytes of an upload have arrived. @module */

import { MediaError } from '@countersign/protocol/errors'
import { answerSigner } from '../access/answer-signer.js'
import type { Asset } from '../catalog/asset.js'
import type { ChunkPart } from '../catalog/chunk-session.js'
import type { StoredUpload } from '../catalog/new-upload.js'
import type { Services } from '../services.js'
import { shownToStranger, type UploadResult, withoutKeptMetadata } from './answer-upload.js'
import { nonceClientId } from './chunks/upload-chunk.js'

/** Progress of an upload. */
export type UploadProgress =
  | {
      readonly status: 'pending'
      /** First and last byte (inclusive) of each contiguous range, in order. */
      readonly received: readonly (readonly [number, number])[]
      /** Bytes received in all ranges. */
      readonly bytes: number
      readonly totalBytes: number | null
      readonly publicId: string
      /** Unix milliseconds. */
      readonly expiresAt: number
    }
  | ({ readonly status: 'done' } & UploadResult)

/**
 * Looks up an upload by its nonce. The nonce authorizes the call: the nonce is random, and only the uploader has it.
 *
 * @param query.userTag Signed `user_tag` of the client. An upload with another tag is not found. @default any upload
 * @throws MediaError ASSET_NOT_FOUND if no upload has the nonce, if the upload has expired, or if its tag is another one.
 */
export async function readUploadSession(
  services: Services,
  query: {
    readonly cloud: string
    readonly nonce: string
    readonly userTag?: string | undefined
  },
): Promise<UploadProgress> {
  const { cloud, nonce, userTag } = query
  if (!/^[0-9a-f]{32}$/.test(nonce)) throw unknown()
  const now = services.now()
  const stored = await services.catalog.readUpload({ cloud, nonce, userTag, now })
  if (stored) {
    const { outcome } = stored
    return {
      status: 'done',
      asset: shownToHolder(services, stored),
      outcome,
      isReplayed: true,
      ...answerSigner(services, cloud, stored.signer),
    }
  }
  const session = await services.catalog.readSession({
    cloud,
    clientId: nonceClientId(nonce),
    now,
  })
  if (!session || (userTag !== undefined && session.params.user_tag !== userTag)) throw unknown()
  const { totalBytes, publicId, expiresAt, parts } = session
  const received = joinRanges(parts)
  const bytes = received.reduce((sum, [first, last]) => sum + last - first + 1, 0)
  return { status: 'pending', received, bytes, totalBytes, publicId, expiresAt }
}

/** Returns the asset as a non-owner may see it, because a nonce does not show which key its upload had. */
function shownToHolder(
  services: Services,
  { asset, outcome }: Pick<StoredUpload, 'asset' | 'outcome'>,
): Asset {
  if (outcome === 'existing') return shownToStranger(services, asset)
  return outcome === 'overwritten' ? withoutKeptMetadata(asset, []) : asset
}

function joinRanges(parts: readonly ChunkPart[]): [number, number][] {
  const joined: [number, number][] = []
  for (const { firstByte, lastByte } of [...parts].sort((a, b) => a.firstByte - b.firstByte)) {
    const before = joined.at(-1)
    if (before && before[1] + 1 === firstByte) before[1] = lastByte
    else joined.push([firstByte, lastByte])
  }
  return joined
}

function unknown(): MediaError {
  return new MediaError('ASSET_NOT_FOUND', { message: 'No upload has this nonce' })
}

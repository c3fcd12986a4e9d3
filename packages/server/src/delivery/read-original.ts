/** Opens originals. Every read compares the blob's length with the catalog, and quarantines a blob that differs. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { Asset } from '../catalog/asset.js'
import type { Services } from '../services.js'
import type { OpenBlob } from '../storage/blob-store.js'
import { quarantineBlob } from '../upkeep/quarantine-blob.js'

type Original = Pick<Asset, 'cloud' | 'blobId' | 'bytes'>

/**
 * Opens an original.
 * @throws MediaError STORAGE_UNAVAILABLE if the blob is missing, or its length differs from the stored length.
 */
export async function openOriginal(services: Services, original: Original): Promise<OpenBlob> {
  const { cloud, blobId } = original
  const blob = await services.blobs.open({ cloud, blobId })
  if (!blob) throw missing(blobId)
  if (blob.bytes === original.bytes) return blob
  await blob.close()
  return refuse(services, original, blob.bytes)
}

/**
 * Returns the local path of an original, for decoders.
 * @throws MediaError STORAGE_UNAVAILABLE as {@link openOriginal} does.
 */
export async function originalPath(services: Services, original: Original): Promise<string> {
  const { cloud, blobId } = original
  const [stat, path] = await Promise.all([
    services.blobs.stat({ cloud, blobId }),
    services.blobs.localPath({ cloud, blobId }),
  ])
  if (!stat || path === null) throw missing(blobId)
  return stat.bytes === original.bytes ? path : refuse(services, original, stat.bytes)
}

async function refuse(services: Services, original: Original, bytes: number): Promise<never> {
  const { cloud, blobId } = original
  const expected = `${original.bytes} bytes`
  await quarantineBlob(services, { cloud, blobId, expected, found: `${bytes} bytes` })
  throw new MediaError('STORAGE_UNAVAILABLE', {
    message: `the blob ${blobId} has ${bytes} bytes, not ${original.bytes}`,
  })
}

function missing(blobId: string): MediaError {
  return new MediaError('STORAGE_UNAVAILABLE', { message: `the blob ${blobId} is missing` })
}

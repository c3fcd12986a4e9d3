/** A blob whose bytes are not what they were: out of service, and an alarm. @module */

import type { BlobName } from '../catalog/catalog.js'
import type { Services } from '../services.js'

/** What was expected of a blob, and what is there. */
export interface BlobMismatch extends BlobName {
  readonly expected: string
  readonly found: string
}

/** Take a blob out of service, so that it is answered as a failure and never as the asset; the bytes are kept under `quarantine`. */
export async function quarantineBlob(
  services: Pick<Services, 'catalog' | 'blobs' | 'log' | 'now'>,
  { cloud, blobId, expected, found }: BlobMismatch,
): Promise<void> {
  services.log.error(
    { alarm: 'blob_mismatch', cloud, blobId, expected, found },
    'a stored file is not what was stored: it is in quarantine now',
  )
  // The note first: a crash in between leaves a file that the next read finds wrong again.
  await services.catalog.quarantineBlob({ blobId, now: services.now() })
  await services.blobs.quarantine({ cloud, blobId })
}

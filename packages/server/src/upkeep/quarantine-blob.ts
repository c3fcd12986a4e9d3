/** Moves a blob with wrong bytes to quarantine, and logs an alarm. @module */

import type { BlobName } from '../catalog/catalog.js'
import type { Services } from '../services.js'

/** Expected and actual content of a blob. */
export interface BlobMismatch extends BlobName {
  readonly expected: string
  readonly found: string
}

/** Moves a blob to `quarantine` and marks its asset as failed, so that wrong bytes are never delivered. */
export async function quarantineBlob(
  services: Pick<Services, 'catalog' | 'blobs' | 'log' | 'now'>,
  { cloud, blobId, expected, found }: BlobMismatch,
): Promise<void> {
  services.log.error(
    { alarm: 'blob_mismatch', cloud, blobId, expected, found },
    'a stored file differs from its record and was moved to quarantine',
  )
  // The row is written first. After a crash in between, the next read finds the blob wrong again.
  await services.catalog.quarantineBlob({ blobId, now: services.now() })
  await services.blobs.quarantine({ cloud, blobId })
}

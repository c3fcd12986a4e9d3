import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runBlobStoreContract } from '../../../test/contracts/blob-store.js'
import { createDiskBlobStore } from './disk.js'
import { createStagingFolder } from './staging.js'

runBlobStoreContract('disk', async () => {
  const root = await mkdtemp(join(tmpdir(), 'countersign-blobs-'))
  return {
    blobs: await createDiskBlobStore({ root }),
    staging: await createStagingFolder(root),
    destroy: () => rm(root, { recursive: true }),
  }
})

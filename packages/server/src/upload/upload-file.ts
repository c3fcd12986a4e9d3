/** Uploads one file that a single request sends. Chunked uploads go through `upload-chunk.ts`. @module */

import type { Form } from '../http/form/read-form.js'
import type { AcceptedJob } from '../jobs/accepted-job.js'
import type { Services } from '../services.js'
import { stageFile } from '../storage/disk/stage-file.js'
import type { UploadResult } from './answer-upload.js'
import { storeLater } from './async-upload.js'
import { receiveFile, type UploadCall } from './receive-file.js'
import { storeFile } from './store-file.js'
import type { SpoolBudget } from './unverified-bytes.js'

/**
 * Receives, verifies and stores one file. When the promise resolves, the file is durable, and so is its row or, with `async`, the job
 * that stores the row.
 * @throws MediaError if the upload is refused. Nothing of a refused upload is kept.
 */
export async function uploadFile(
  services: Services,
  spool: SpoolBudget,
  input: { readonly call: UploadCall; readonly form: Form },
): Promise<UploadResult | AcceptedJob> {
  const received = await receiveFile(services, spool, {
    ...input,
    write: (bytes, { plan, ...options }) =>
      stageFile(services.staging, bytes, { ...options, cloud: plan?.key.cloud }),
  })
  if ('asset' in received) return received
  const { resourceType } = input.call
  try {
    return received.plan.params.isAsync
      ? await storeLater(services, received, resourceType)
      : await storeFile(services, { ...received, resourceType })
  } finally {
    await received.file.discard()
  }
}

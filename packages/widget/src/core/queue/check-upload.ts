/** Checks a file before it enters the queue. @module */

import type { MediaError } from '@countersign/protocol/errors'
import type { Limits } from '@countersign/protocol/limits'
import { checkFile, checkKind } from '../files/check-file.js'
import { mimeTypeOf } from '../files/file-type.js'
import type { NewUpload } from '../files/new-upload.js'
import type { QueueSettings } from './queue-contract.js'

/** Returns why a file may not be uploaded, or `null`. The server checks a remote file itself. */
export async function checkUpload(
  { file, remoteUrl }: NewUpload,
  settings: QueueSettings,
  limits: Limits | undefined,
): Promise<MediaError | null> {
  if (remoteUrl) return null
  const rules = { ...settings, limits }
  const isPrepared = settings.prepareFile && mimeTypeOf(file).startsWith('image/')
  // The size of an image that will be made smaller is checked afterwards.
  return isPrepared && file.size > 0 ? checkKind(file, rules) : checkFile(file, rules)
}

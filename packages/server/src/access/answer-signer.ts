/** Whose key signs an answer that is given after the request that earned it. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { Key } from '../catalog/key.js'
import type { AnswerSigner } from '../catalog/new-upload.js'
import type { Services } from '../services.js'

/**
 * Returns the key that answered the upload. If that key was revoked since, returns the cloud's first key that verifies.
 * @throws MediaError API_KEY_UNKNOWN when the cloud has none.
 */
export function answerSigner(
  services: Pick<Services, 'keys'>,
  cloud: string,
  { keyId, algorithm }: AnswerSigner,
): { readonly key: Key; readonly algorithm: 'sha1' | 'sha256' } {
  const key =
    services.keys.find(keyId) ??
    services.keys.withScope(cloud, 'manage')[0] ??
    services.keys.withScope(cloud, 'upload')[0]
  if (!key) throw new MediaError('API_KEY_UNKNOWN', { message: `Unknown API key ${keyId}` })
  return { key, algorithm }
}

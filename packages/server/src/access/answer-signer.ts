/** Finds the key that signs an answer when it is sent again or later. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { Key } from '../catalog/key.js'
import type { AnswerSigner } from '../catalog/new-upload.js'
import type { Services } from '../services.js'

/**
 * Returns the key that answered the upload. If that key was revoked, returns the cloud's first key with the scope `manage`, else
 * with `upload`.
 * @throws MediaError API_KEY_UNKNOWN if the cloud has no such key.
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

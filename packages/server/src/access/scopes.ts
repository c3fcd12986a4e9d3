/** Checks which actions the scopes of a key allow. @module */

import { MediaError } from '@countersign/protocol/errors'
import { ACTION_SCOPES, type Action } from '@countersign/protocol/params'
import type { Key } from '../catalog/key.js'

/** Returns true if a key's scopes allow an action. */
export function isActionAllowed(key: Pick<Key, 'scopes'>, action: Action): boolean {
  const needed = ACTION_SCOPES[action]
  return needed === null || key.scopes.includes(needed)
}

/**
 * Refuses an action that the key's scopes do not allow. Runs before the signature is computed, because a signature does not cover the action.
 * @throws MediaError ACTION_NOT_ALLOWED
 */
export function assertScope(key: Pick<Key, 'id' | 'scopes'>, action: Action): void {
  if (isActionAllowed(key, action)) return
  throw new MediaError('ACTION_NOT_ALLOWED', {
    message: `API key ${key.id} may not ${action}`,
    details: { keyId: key.id, action, scopes: key.scopes },
  })
}

/** Returns true if a preset limits the key. That holds for keys that may upload but not manage, because browsers use them. */
export function hasCeiling(key: Pick<Key, 'scopes' | 'preset'>): boolean {
  return key.preset !== undefined || !key.scopes.includes('manage')
}

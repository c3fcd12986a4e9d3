/** Where a key's scope is judged. @module */

import { MediaError } from '@countersign/protocol/errors'
import { ACTION_SCOPES, type Action } from '@countersign/protocol/params'
import type { Key } from '../catalog/key.js'

/** Whether a key's scopes allow an action. */
export function isActionAllowed(key: Pick<Key, 'scopes'>, action: Action): boolean {
  const needed = ACTION_SCOPES[action]
  return needed === null || key.scopes.includes(needed)
}

/**
 * Refuse an action that the key's scopes do not name, before any hash is computed: the signature does not bind the action, the scope does.
 * @throws MediaError ACTION_NOT_ALLOWED
 */
export function assertScope(key: Pick<Key, 'id' | 'scopes'>, action: Action): void {
  if (isActionAllowed(key, action)) return
  throw new MediaError('ACTION_NOT_ALLOWED', {
    message: `API key ${key.id} may not ${action}`,
    details: { keyId: key.id, action, scopes: key.scopes },
  })
}

/** Whether a key is bound by a preset: one that may upload and not manage is what browsers sign with. */
export function hasCeiling(key: Pick<Key, 'scopes' | 'preset'>): boolean {
  return key.preset !== undefined || !key.scopes.includes('manage')
}

/** The token with which whoever uploaded something takes it back within ten minutes, without a key. @module */

import { createHash, createHmac } from 'node:crypto'
import { MediaError } from '@countersign/protocol/errors'
import { type ActionCall, requiredText } from '../access/authorize-action.js'
import { staleRequest } from '../access/stale-request.js'
import type { Key } from '../catalog/key.js'
import type { NewDeleteToken } from '../catalog/new-upload.js'
import type { PathType } from '../http/resource-type-path.js'
import { owedNotifications } from '../notifications/owed-notifications.js'
import type { Services } from '../services.js'

const LIFE_MS = 10 * 60_000

/**
 * The token of an upload: the same every time its answer is given, and nobody's guess without the key's secret.
 * @returns 64 hex.
 */
export function deleteTokenOf(key: Key, versionId: string): string {
  return createHmac('sha256', key.secret).update(`delete_token:${versionId}`).digest('hex')
}

/** The token as it is stored: hashed. */
export function newDeleteToken(token: string, now: number): NewDeleteToken {
  return { hash: hashOf(token), expiresAt: now + LIFE_MS }
}

/**
 * Destroy what a token was given for.
 * @returns Whether it was still there.
 * @throws MediaError PARAM_MISSING; DELETE_TOKEN_INVALID in the protocol's words for a token that is unknown, old or used, or whose asset was uploaded again.
 */
export async function destroyByToken(
  services: Services,
  call: ActionCall<PathType>,
): Promise<boolean> {
  const token = requiredText(call.fields, 'token')
  services.trail.actAs({ kind: 'token' })
  const redeemed = await services.catalog.redeemDeleteToken({
    cloud: call.cloud,
    hash: hashOf(token),
    events: owedNotifications(services, { type: 'delete' }),
    now: services.now(),
  })
  switch (redeemed.outcome) {
    case 'destroyed':
      return true
    case 'missing':
      return false
    case 'unknown':
      services.trail.actAs({ kind: 'nobody' })
      throw invalid('Invalid delete token')
    case 'used':
      throw invalid('Stale request - the delete token was used')
    case 'replaced':
      throw invalid('Stale request - the asset was uploaded again since')
    case 'expired':
      throw invalid(staleRequest(redeemed.issuedAt, 'more than 10 minutes ago'))
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

function invalid(message: string): MediaError {
  return new MediaError('DELETE_TOKEN_INVALID', { message })
}

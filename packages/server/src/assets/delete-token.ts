/** Delete tokens: the client that uploaded an asset can delete it within ten minutes, without an API key. @module */

import { createHash, createHmac } from 'node:crypto'
import { MediaError } from '@countersign/protocol/errors'
import { type ActionCall, requiredText } from '../access/authorize-action.js'
import { staleRequest } from '../access/stale-request.js'
import type { Key } from '../catalog/key.js'
import type { NewDeleteToken } from '../catalog/new-upload.js'
import type { PathType } from '../http/resource-type-path.js'
import { notificationEvents } from '../notifications/notification-events.js'
import type { Services } from '../services.js'

/** Lifetime of a delete token, in milliseconds. */
const LIFE_MS = 10 * 60_000

/**
 * Returns the delete token of an upload. The token is derived from the key's secret, so a repeated answer contains the same token.
 * @returns 64 hex digits.
 */
export function deleteTokenOf(key: Key, versionId: string): string {
  return createHmac('sha256', key.secret).update(`delete_token:${versionId}`).digest('hex')
}

/** Returns the catalog entry of a delete token: its SHA-256 digest and its expiry. */
export function newDeleteToken(token: string, now: number): NewDeleteToken {
  return { hash: hashOf(token), expiresAt: now + LIFE_MS }
}

/**
 * Destroys the asset that a delete token belongs to.
 * @returns True if the asset still existed.
 * @throws MediaError PARAM_MISSING; DELETE_TOKEN_INVALID, with the protocol's text, if the token is unknown, expired or used, or if the
 * asset was uploaded again.
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
    events: notificationEvents(services, { type: 'delete' }),
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

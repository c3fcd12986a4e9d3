/** Authenticates Admin API calls by Basic credentials of a key with scope `manage`. Signatures do not count. @module */

import { MediaError } from '@countersign/protocol/errors'
import { timingSafeEqualText } from '@countersign/protocol/signature'
import type { Key } from '../catalog/key.js'
import type { Services } from '../services.js'
import { unknownKey } from './unknown-key.js'

/**
 * Authenticates an Admin API call.
 * @throws MediaError UNAUTHORIZED, API_KEY_UNKNOWN, ACTION_NOT_ALLOWED or API_SECRET_WRONG. A wrong cloud causes the same error as a wrong secret.
 */
export function authenticateAdmin(
  services: Services,
  cloud: string,
  authorization: string | undefined,
): Key {
  const { keyId, secret } = parseBasic(authorization)
  const key = services.keys.find(keyId)
  if (!key)
    throw unknownKey(services, keyId, { text: `unknown api_key ${services.keys.shownId(keyId)}` })
  assertSecret(key, { secret, cloud })
  services.trail.actAs({ kind: 'key', keyId: key.id })
  if (!key.scopes.includes('manage')) {
    throw new MediaError('ACTION_NOT_ALLOWED', {
      message: `API key ${key.id} may not use the Admin API: it needs the scope manage`,
    })
  }
  return key
}

/**
 * Refuses a wrong secret. A wrong cloud gets the same error, so that a client can probe neither.
 * @throws MediaError API_SECRET_WRONG
 */
export function assertSecret(key: Key, given: { secret: string; cloud: string }): void {
  if (isSecretOf(key, given)) return
  throw new MediaError('API_SECRET_WRONG', { message: 'api_secret mismatch' })
}

/** Returns true if the secret and the cloud are those of the key. Compares the secret in constant time. */
export function isSecretOf(key: Key, given: { secret: string; cloud: string }): boolean {
  return timingSafeEqualText(given.secret, key.secret) && key.cloud === given.cloud
}

/** Content of an `Authorization: Basic` header. */
export interface BasicCredentials {
  readonly keyId: string
  readonly secret: string
}

/**
 * Reads an `Authorization: Basic` header.
 * @throws MediaError UNAUTHORIZED if the header is missing or malformed.
 */
export function parseBasic(authorization: string | undefined): BasicCredentials {
  const credentials = readBasic(authorization)
  if (credentials) return credentials
  throw new MediaError('UNAUTHORIZED', {
    message: 'Authorization must be Basic with api_key:api_secret',
  })
}

/** Reads an `Authorization: Basic` header. Returns `undefined` if the header is missing or malformed. */
export function readBasic(authorization: string | undefined): BasicCredentials | undefined {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=_-]+)$/i.exec(authorization ?? '') ?? []
  const decoded = encoded ? Buffer.from(encoded, 'base64').toString('utf8') : ''
  const colon = decoded.indexOf(':')
  if (colon < 0) return undefined
  return { keyId: decoded.slice(0, colon), secret: decoded.slice(colon + 1) }
}

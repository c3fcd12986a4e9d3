/** Authenticates Upload API requests. Checks key, cloud, scope, signature and age, in this order. @module */

import { MediaError } from '@countersign/protocol/errors'
import { type Action, paramOf, parseSeconds } from '@countersign/protocol/params'
import { verifyRequest, verifyTimestamp } from '@countersign/protocol/signature'
import type { Key } from '../catalog/key.js'
import type { Fields } from '../http/form/fields.js'
import type { Services } from '../services.js'
import { assertSecret, isSecretOf, parseBasic, readBasic } from './authenticate-admin.js'
import { assertScope } from './scopes.js'
import { staleRequest } from './stale-request.js'
import { unknownCloud, unknownKey } from './unknown-key.js'

/** The parts of a request that decide its authority. */
export interface RequestToAuthenticate {
  readonly action: Action
  readonly cloud: string
  readonly fields: Fields
  /** Value of the `Authorization` header. */
  readonly authorization: string | undefined
}

/** How a request was authorized: by a signature, by Basic auth, or by an unsigned preset. */
export type Access =
  | { readonly mode: 'signed'; readonly key: Key; readonly algorithm: 'sha1' | 'sha256' }
  | { readonly mode: 'basic'; readonly key: Key; readonly algorithm: 'sha1' }
  | { readonly mode: 'unsigned'; readonly presetName: string }

/** Maximum characters of a string to sign that an error text repeats. */
const MAX_ECHO_LENGTH = 2000

/**
 * Authenticates one request: by its signature, else by Basic credentials, else by the unsigned preset of an upload.
 *
 * @throws MediaError API_KEY_UNKNOWN, CLOUD_UNKNOWN, ACTION_NOT_ALLOWED, API_SECRET_WRONG, SIGNATURE_MISMATCH, SIGNATURE_EXPIRED,
 *   UNAUTHORIZED or PARAM_MISSING, each with the protocol's own text.
 * @see docs/guide/keys.md
 */
export function authenticateRequest(services: Services, request: RequestToAuthenticate): Access {
  const { authorization, fields } = request
  const keyId = fields.text('api_key')
  const signature = fields.text('signature')
  // HTTP clients of apps add their own Authorization header to every request, so the signature must take precedence.
  if (signature && !keyId) throw missing('api_key')
  if (signature && keyId) return authenticateSigned(services, request, { keyId, signature })
  if (authorization && !isForeign(services, request)) {
    return authenticateBasic(services, request, authorization)
  }
  return authenticateUnsigned(services, request)
}

/** Returns true if enough of the form has arrived to authenticate the request before its file is read. */
export function hasCredentials(services: Services, request: RequestToAuthenticate): boolean {
  const { authorization, cloud, fields } = request
  if (fields.has('signature')) return fields.has('api_key') && fields.has('timestamp')
  // A signature may follow the file and takes precedence, so wrong credentials are refused only at the end of the form.
  const basic = readBasic(authorization)
  const key = basic && services.keys.find(basic.keyId)
  if (!basic || !key) return false
  return isSecretOf(key, { secret: basic.secret, cloud })
}

/** Returns true if the `Authorization` header of an unsigned upload belongs to the app, because the header names no API key. */
function isForeign(services: Services, request: RequestToAuthenticate): boolean {
  const { action, authorization, fields } = request
  if (action !== 'upload' || fields.text('upload_preset') === undefined) return false
  const basic = readBasic(authorization)
  return !basic || services.keys.find(basic.keyId) === undefined
}

function authenticateSigned(
  services: Services,
  request: RequestToAuthenticate,
  credentials: { keyId: string; signature: string },
): Access {
  const { fields } = request
  const key = findKey(services, request, credentials.keyId)
  assertScope(key, request.action)
  const verified = verifyRequest({
    action: request.action,
    params: fields.params(),
    signature: credentials.signature,
    secret: key.secret,
    legacySignatures: services.config.legacySignatures,
    refuseSha1: services.config.refuseSha1,
  })
  if (!verified.ok) throw mismatch(services, request, { ...credentials, ...verified })
  services.trail.actAs({ kind: 'key', keyId: key.id })
  assertInTime(services, request)
  const algorithm = credentials.signature.length === 64 ? 'sha256' : 'sha1'
  return { mode: 'signed', key, algorithm }
}

function authenticateBasic(
  services: Services,
  request: RequestToAuthenticate,
  authorization: string,
): Access {
  const { keyId, secret } = parseBasic(authorization)
  const key = services.keys.find(keyId)
  if (!key) throw unknownKey(services, keyId)
  assertSecret(key, { secret, cloud: request.cloud })
  services.trail.actAs({ kind: 'key', keyId: key.id })
  assertScope(key, request.action)
  return { mode: 'basic', key, algorithm: 'sha1' }
}

function authenticateUnsigned(services: Services, request: RequestToAuthenticate): Access {
  const presetName = request.fields.text('upload_preset')
  if (request.action !== 'upload') {
    throw missing(request.fields.text('api_key') ? 'signature' : 'api_key')
  }
  if (!services.keys.hasCloud(request.cloud)) throw unknownCloud(services, request.cloud)
  if (!presetName) throw withoutCredentials(services)
  return { mode: 'unsigned', presetName }
}

function withoutCredentials(services: Services): MediaError {
  const text = 'Upload preset must be specified when using unsigned upload'
  const hint =
    'the request had no signature: if the page has a signing endpoint, it refused this upload; see the answer of its POST'
  return new MediaError('PARAM_MISSING', {
    message: services.config.mode === 'dev' ? `${text}. (dev: ${hint})` : text,
    details: { param: 'upload_preset' },
  })
}

function findKey(services: Services, request: RequestToAuthenticate, keyId: string): Key {
  const key = services.keys.find(keyId)
  if (!key) throw unknownKey(services, keyId)
  if (key.cloud !== request.cloud) {
    throw new MediaError('CLOUD_UNKNOWN', { message: 'cloud_name mismatch', details: { keyId } })
  }
  return key
}

function mismatch(
  services: Services,
  request: RequestToAuthenticate,
  found: { keyId: string; signature: string; stringToSign: string },
): MediaError {
  const finding = services.explain({
    received: request.fields.params(),
    signature: found.signature,
    action: request.action,
    keys: signersOf(services, request.cloud, found.keyId),
  })
  services.log.warn(
    { keyId: found.keyId, action: request.action, cause: finding.cause, finding: finding.message },
    'signature mismatch',
  )
  const echo =
    found.stringToSign.length > MAX_ECHO_LENGTH
      ? `${found.stringToSign.slice(0, MAX_ECHO_LENGTH)}…`
      : found.stringToSign
  const text = `Invalid Signature ${found.signature.slice(0, 128)}. String to sign - '${echo}'.`
  return new MediaError('SIGNATURE_MISMATCH', {
    message: services.config.mode === 'dev' ? `${text} (dev: ${finding.message})` : text,
    details: { keyId: found.keyId, cause: finding.cause },
  })
}

/** Returns the keys to compare, with the key that the request names first. The explanation is about that key unless another key fits. */
function signersOf(services: Services, cloud: string, keyId: string): readonly Key[] {
  const keys = [
    ...services.keys.withScope(cloud, 'upload'),
    ...services.keys.withScope(cloud, 'manage'),
  ]
  const distinct = [...new Set(keys)]
  return distinct.sort((one, other) => Number(other.id === keyId) - Number(one.id === keyId))
}

// A signed expiry replaces the limit of one hour, because download addresses are meant to be kept.
function assertInTime(services: Services, { action, fields }: RequestToAuthenticate): void {
  // If the action does not sign the parameter, anybody could have added it.
  const isSigned = paramOf(action, 'expires_at')?.isSigned === true
  const expiresAt = isSigned ? fields.text('expires_at') : undefined
  if (expiresAt === undefined) {
    assertFresh(services, fields.text('timestamp'))
    return
  }
  const end = parseSeconds(expiresAt)
  // A timestamp in milliseconds would make the signature valid for centuries.
  if (end === undefined || end >= 1e12) {
    throw new MediaError('PARAM_INVALID', {
      message: 'expires_at must be Unix time in seconds',
      details: { param: 'expires_at' },
    })
  }
  if (services.now() < end * 1000) return
  throw new MediaError('SIGNATURE_EXPIRED', {
    message: staleRequest(end * 1000, 'when it expired'),
    details: { expiresAt: end },
  })
}

function assertFresh(services: Services, timestamp: string | undefined): void {
  if (timestamp === undefined) throw missing('timestamp')
  const nowSeconds = Math.floor(services.now() / 1000)
  const verified = verifyTimestamp({ timestamp, nowSeconds })
  if (verified.ok) return
  if (verified.code === 'PARAM_INVALID') {
    throw new MediaError('PARAM_INVALID', {
      message: `Invalid timestamp - ${timestamp.slice(0, 32)}: it must be Unix time in seconds`,
    })
  }
  throw stale(Number(timestamp), nowSeconds)
}

function stale(seconds: number, nowSeconds: number): MediaError {
  const side = seconds < nowSeconds ? 'more than 1 hour ago' : 'more than 15 minutes ahead'
  return new MediaError('SIGNATURE_EXPIRED', {
    message: staleRequest(seconds * 1000, side),
    details: { timestamp: seconds, serverTime: nowSeconds },
  })
}

function missing(name: string): MediaError {
  return new MediaError('PARAM_MISSING', {
    message: `Missing required parameter - ${name}`,
    details: { param: name },
  })
}

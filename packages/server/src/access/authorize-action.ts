/** Authorizes calls of Upload API actions other than `upload`, and reads the fields that name assets. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { ResourceType } from '@countersign/protocol/limits'
import type { Action } from '@countersign/protocol/params'
import type { Fields } from '../http/form/fields.js'
import type { PathType } from '../http/resource-type-path.js'
import { assertSupported } from '../params/upload-params.js'
import type { Services } from '../services.js'
import { type Access, authenticateRequest } from './authenticate-request.js'

/** A call of an action other than `upload`, after its form is read. */
export interface ActionCall<Type extends PathType = ResourceType> {
  readonly cloud: string
  /** Resource type of the path. */
  readonly resourceType: Type
  readonly fields: Fields
  /** Value of the `Authorization` header. */
  readonly authorization: string | undefined
}

/** How an action was authorized. Actions always have a key. */
type ActionAccess = Exclude<Access, { mode: 'unsigned' }>

/**
 * Authorizes an action, then refuses parameters that the protocol knows and this server does not support.
 * @throws MediaError of `authenticateRequest`; PARAM_INVALID naming the parameter.
 */
export function authorizeAction(
  services: Services,
  action: Exclude<Action, 'upload'>,
  call: ActionCall<PathType>,
): ActionAccess {
  const access = authenticateRequest(services, { ...call, action })
  if (access.mode === 'unsigned') throw new MediaError('UNAUTHORIZED')
  assertSupported(action, call.fields.names(), { read: (name) => call.fields.text(name) })
  return access
}

/**
 * Returns the text of a required field.
 * @throws MediaError PARAM_MISSING `Missing required parameter - <name>`
 */
export function requiredText(fields: Fields, name: string): string {
  const value = fields.text(name)
  if (value !== undefined) return value
  throw missing(name)
}

/**
 * Returns the public ids that an action names, at most 1,000.
 * @throws MediaError PARAM_MISSING without any.
 */
export function requiredPublicIds(fields: Fields): readonly string[] {
  const publicIds = fields.list('public_ids')
  if (publicIds.length === 0) throw missing('public_ids')
  // The signature covers the list joined by commas, so a name with a comma could be read as two names.
  const joined = publicIds.find((publicId) => publicId.includes(','))
  if (joined === undefined) return publicIds
  throw new MediaError('PARAM_INVALID', {
    message: `public_ids is a list, and ${joined.slice(0, 80)} holds a comma: send one public_ids[] for each`,
    details: { param: 'public_ids' },
  })
}

function missing(name: string): MediaError {
  return new MediaError('PARAM_MISSING', {
    message: `Missing required parameter - ${name}`,
    details: { param: name },
  })
}

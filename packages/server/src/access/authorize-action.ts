/** One call of an action on what is stored, and who may make it. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { ResourceType } from '@countersign/protocol/limits'
import type { Action } from '@countersign/protocol/params'
import type { Fields } from '../http/form/fields.js'
import type { PathType } from '../http/resource-type-path.js'
import { assertSupported } from '../params/upload-params.js'
import type { Services } from '../services.js'
import { type Access, authenticateRequest } from './authenticate-request.js'

/** One call of an action other than `upload`, its form read. */
export interface ActionCall<Type extends PathType = ResourceType> {
  readonly cloud: string
  /** Of the path. */
  readonly resourceType: Type
  readonly fields: Fields
  /** The `Authorization` header. */
  readonly authorization: string | undefined
}

/** By whose authority an action runs: there is always a key. */
type ActionAccess = Exclude<Access, { mode: 'unsigned' }>

/**
 * Authorize an action, then refuse parameters that it recognises and this server does not do.
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
 * The text of a field that an action cannot do without.
 * @throws MediaError PARAM_MISSING `Missing required parameter - <name>`
 */
export function requiredText(fields: Fields, name: string): string {
  const value = fields.text(name)
  if (value !== undefined) return value
  throw missing(name)
}

/**
 * The assets that an action names, at most 1,000.
 * @throws MediaError PARAM_MISSING without any.
 */
export function requiredPublicIds(fields: Fields): readonly string[] {
  const publicIds = fields.list('public_ids')
  if (publicIds.length === 0) throw missing('public_ids')
  // What is signed is the list joined by commas: one name that holds one reads like two names.
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

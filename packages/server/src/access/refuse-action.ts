/** Refuses Upload API actions that this server does not support. @module */

import { MediaError } from '@countersign/protocol/errors'
import { ACTION_SCOPES, type Action } from '@countersign/protocol/params'
import type { PathType } from '../http/resource-type-path.js'
import type { Services } from '../services.js'
import { authenticateRequest } from './authenticate-request.js'
import type { ActionCall } from './authorize-action.js'

/**
 * Always throws. Checks scope and signature first, so that strangers do not learn what the server supports.
 * @throws MediaError of `authenticateRequest`, or ACTION_UNSUPPORTED.
 */
export function refuseAction(
  services: Services,
  action: Action,
  call: ActionCall<PathType>,
): never {
  if (ACTION_SCOPES[action] !== null) authenticateRequest(services, { ...call, action })
  throw new MediaError('ACTION_UNSUPPORTED', { message: `${action} is not supported` })
}

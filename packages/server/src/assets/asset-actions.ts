/** The Upload API's actions other than `upload`: each with the few lines that turn its result into JSON. @module */

import { MediaError } from '@countersign/protocol/errors'
import { ACTION_SCOPES, type Action } from '@countersign/protocol/params'
import { authenticateRequest } from '../access/authenticate-request.js'
import type { ActionCall, PathType } from '../access/authorize-action.js'
import { storedType } from '../http/resource-type-path.js'
import type { Services } from '../services.js'
import { writeMetadata } from '../structured-metadata/write-metadata.js'
import { acceptedJson, eagerJson, renamedJson, uploadJson, type WireObject } from './asset-json.js'
import { explicitAsset } from './async-explicit.js'
import { destroyByToken } from './delete-token.js'
import { destroyAsset, destroyAssetById } from './destroy-asset.js'
import type { AnsweredAsset } from './explicit-asset.js'
import { renameAsset } from './rename-asset.js'
import { writeContext } from './write-context.js'
import { writeTags } from './write-tags.js'

/** Runs one action and answers its JSON. */
export type ActionHandler = (services: Services, call: ActionCall<PathType>) => Promise<WireObject>

type OtherAction = Exclude<Action, 'upload'>

const HANDLERS: Partial<Record<OtherAction, ActionHandler>> = {
  destroy: onStored(async (services, call) => destroyedJson(await destroyAsset(services, call))),
  asset_destroy: async (services, call) => destroyedJson(await destroyAssetById(services, call)),
  delete_by_token: async (services, call) => destroyedJson(await destroyByToken(services, call)),
  explicit: onStored(async (services, call) => {
    const result = await explicitAsset(services, call)
    return 'asset' in result ? explicitJson(services, result) : acceptedJson(result)
  }),
  tags: onStored(async (services, call) => ({ public_ids: await writeTags(services, call) })),
  context: onStored(async (services, call) => ({ public_ids: await writeContext(services, call) })),
  metadata: onStored(async (services, call) => ({
    public_ids: await writeMetadata(services, call),
  })),
  rename: onStored(async (services, call) =>
    renamedJson(services, await renameAsset(services, call), call.fields),
  ),
}

/**
 * Run the action of a path.
 * @throws MediaError of the action; ACTION_UNSUPPORTED after scope and signature where it is not built.
 */
export async function answerAction(
  services: Services,
  action: OtherAction,
  call: ActionCall<PathType>,
): Promise<WireObject> {
  const handler = HANDLERS[action]
  if (handler) return handler(services, call)
  // Scope and signature are judged first, so that an unsupported action tells a stranger nothing.
  if (ACTION_SCOPES[action] !== null) authenticateRequest(services, { ...call, action })
  throw new MediaError('ACTION_UNSUPPORTED', { message: `${action} is not supported` })
}

/** Most actions are about assets of the one resource type that the path names; `auto` and `all` are not one. */
function onStored(
  answer: (services: Services, call: ActionCall) => Promise<WireObject>,
): ActionHandler {
  return (services, call) => {
    const resourceType = storedType(call.resourceType)
    return answer(services, { ...call, resourceType })
  }
}

/** Returns the JSON answer of `explicit`: like that of an upload, without the name of the uploaded file. */
export function explicitJson(services: Services, result: AnsweredAsset): WireObject {
  const { asset, eager, ...signer } = result
  const {
    original_filename: _,
    original_extension: _same,
    ...answer
  } = uploadJson(services, asset, signer)
  return eager ? { ...answer, eager: eagerJson(services, asset, eager) } : answer
}

function destroyedJson(isGone: boolean): WireObject {
  return { result: isGone ? 'ok' : 'not found' }
}

/** Handlers of the Upload API's actions other than `upload`. Each returns its JSON answer. @module */

import type { Action } from '@countersign/protocol/params'
import type { ActionCall } from '../access/authorize-action.js'
import { type PathType, storedType } from '../http/resource-type-path.js'
import type { WireObject } from '../http/wire-object.js'
import { acceptedJson } from '../jobs/accepted-job.js'
import type { Services } from '../services.js'
import { eagerJson, renamedJson, uploadJson } from './asset-json.js'
import { explicitAsset } from './async-explicit.js'
import { destroyByToken } from './delete-token.js'
import { destroyAsset, destroyAssetById } from './destroy-asset.js'
import type { AnsweredAsset } from './explicit-asset.js'
import { renameAsset } from './rename-asset.js'
import { writeContext } from './write-context.js'
import { writeMetadata } from './write-metadata.js'
import { writeTags } from './write-tags.js'

type ActionHandler = (services: Services, call: ActionCall<PathType>) => Promise<WireObject>

/** Runs the actions on stored assets. Each handler returns its JSON answer. */
export const ASSET_ACTIONS: Partial<Record<Exclude<Action, 'upload'>, ActionHandler>> = {
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

/** Wraps the handler of an action that works on one resource type. Refuses `auto` and `all` in the path. */
function onStored(
  answer: (services: Services, call: ActionCall) => Promise<WireObject>,
): ActionHandler {
  return (services, call) => {
    const resourceType = storedType(call.resourceType)
    return answer(services, { ...call, resourceType })
  }
}

/** Returns the JSON answer of `explicit`: the answer of an upload without `original_filename` and `original_extension`. */
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

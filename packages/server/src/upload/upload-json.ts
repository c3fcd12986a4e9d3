/** Builds the protocol's JSON answer to an upload. @module */

import { eagerJson, uploadJson } from '../assets/asset-json.js'
import type { WireObject } from '../http/wire-object.js'
import type { Services } from '../services.js'
import type { UploadResult } from './answer-upload.js'

/** Returns the answer to an upload. `existing` and `overwritten` show what happened to an asset of the same name. */
export function uploadedJson(services: Services, result: UploadResult): WireObject {
  return {
    ...uploadJson(services, result.asset, result),
    ...(result.outcome === 'existing' ? { existing: true } : {}),
    ...(result.outcome === 'overwritten' ? { overwritten: true } : {}),
    ...(result.deleteToken ? { delete_token: result.deleteToken } : {}),
    ...(result.eager ? { eager: eagerJson(services, result.asset, result.eager) } : {}),
  }
}

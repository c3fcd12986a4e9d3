/** Releases backed-up versions of an asset. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { Fields } from '../http/form/fields.js'
import type { Services } from '../services.js'

/** Outcome for the named versions. */
export interface ReleasedVersions {
  readonly released: readonly string[]
  /** Ids that are not kept versions of the asset. */
  readonly unknown: readonly string[]
}

/**
 * Releases kept versions of an asset. The newest version stays in service; its bytes are deleted after it is replaced.
 * @throws MediaError PARAM_MISSING without `version_ids`.
 */
export async function releaseVersions(
  services: Services,
  asset: { readonly cloud: string; readonly assetId: string },
  fields: Fields,
): Promise<ReleasedVersions> {
  const versionIds = [...new Set(fields.list('version_ids'))]
  if (versionIds.length === 0) {
    throw new MediaError('PARAM_MISSING', {
      message: 'Missing required parameter - version_ids',
      details: { param: 'version_ids' },
    })
  }
  const released = await services.catalog.releaseVersions({
    ...asset,
    versionIds,
    now: services.now(),
  })
  return { released, unknown: versionIds.filter((versionId) => !released.includes(versionId)) }
}

/** Makes display names unique within their folder. @module */

import type { Asset } from '../asset.js'
import { first, type Operation, type Queries } from '../operation.js'
import { statement } from '../statement.js'

/**
 * Returns the asset with a display name that no other asset of its folder has. Tries the plain name first, then each suffix; the last
 * suffix is used unchecked.
 */
export function* withFreeDisplayName(
  queries: Queries,
  asset: Asset,
  suffixes: readonly string[] = [],
): Operation<Asset> {
  let displayName = asset.displayName
  for (const suffix of suffixes) {
    if (!(yield* isTaken(queries, { ...asset, displayName }))) break
    displayName = `${asset.displayName}_${suffix}`
  }
  return { ...asset, displayName }
}

function* isTaken(
  queries: Queries,
  { cloud, assetFolder, displayName, assetId }: Asset,
): Operation<boolean> {
  const query = { cloud, assetFolder, displayName, assetId }
  return (yield* first(selectNamesake(queries, query))) !== undefined
}

type Name = Pick<Asset, 'cloud' | 'assetFolder' | 'displayName' | 'assetId'>

const selectNamesake = statement((queries, { cloud, assetFolder, displayName, assetId }: Name) =>
  queries
    .selectFrom('assets')
    .select('asset_id')
    .where('cloud', '=', cloud)
    .where('asset_folder', '=', assetFolder)
    .where('display_name', '=', displayName)
    .where('asset_id', '!=', assetId)
    .limit(1),
)

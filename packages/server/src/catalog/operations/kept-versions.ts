/** Versions that stay readable: the newest and those that are kept. @module */

import type { Asset, StoredVersion } from '../asset.js'
import { all, first, type Operation, type Queries, run } from '../operation.js'
import { releaseBlob } from './accepted-uploads.js'

/** Returns the members of an asset that are stored with its version. */
export function describeVersion({
  publicId,
  resourceType,
  format,
}: Asset): Pick<Asset, 'publicId' | 'resourceType' | 'format'> {
  return { publicId, resourceType, format }
}

/** Marks a version as kept, so that its bytes stay when it is replaced. */
export function* keepVersion(queries: Queries, { versionId }: Asset): Operation<void> {
  yield* run(
    queries.updateTable('versions').set({ is_kept: 1 }).where('version_id', '=', versionId),
  )
}

/** Stops keeping versions and returns the ids of those that were kept. Blobs of replaced versions go to the collector. */
export function* releaseVersions(
  queries: Queries,
  query: { cloud: string; assetId: string; versionIds: readonly string[]; now: number },
): Operation<readonly string[]> {
  const kept = yield* all(
    queries
      .selectFrom('versions')
      .select(['version_id', 'blob_id', 'replaced_at'])
      .where('cloud', '=', query.cloud)
      .where('asset_id', '=', query.assetId)
      .where('version_id', 'in', [...query.versionIds])
      .where('is_kept', '=', 1),
  )
  for (const { version_id: versionId, blob_id: blobId, replaced_at: replacedAt } of kept) {
    yield* run(
      queries.updateTable('versions').set({ is_kept: 0 }).where('version_id', '=', versionId),
    )
    if (replacedAt !== null) yield* releaseBlob(queries, { blobId, now: query.now })
  }
  return kept.map((row) => row.version_id)
}

/** Reads a version whose bytes are kept or current. `null` if there is none. */
export function* readVersion(
  queries: Queries,
  query: { cloud: string; assetId: string; versionId: string },
): Operation<StoredVersion | null> {
  const row = yield* first(
    queries
      .selectFrom('versions')
      .innerJoin('blobs', 'blobs.blob_id', 'versions.blob_id')
      .select(['versions.blob_id', 'versions.described', 'blobs.bytes'])
      .where('versions.cloud', '=', query.cloud)
      .where('versions.asset_id', '=', query.assetId)
      .where('versions.version_id', '=', query.versionId)
      .where('blobs.orphaned_at', 'is', null),
  )
  if (!row) return null
  const unknown = { publicId: query.versionId, resourceType: 'raw', format: null }
  const described = row.described === null ? unknown : JSON.parse(row.described)
  return { ...described, cloud: query.cloud, blobId: row.blob_id, bytes: row.bytes }
}

/** Blob rows, as the collector and the scrub read and change them. @module */

import { sql } from 'kysely'
import type { BlobName, BlobTally, CheckedBlob, UnknownBlob } from '../catalog.js'
import { all, first, type Operation, type Queries, run } from '../operation.js'

/** Returns the number of blob rows and the age of the newest. */
export function* tallyBlobs(queries: Queries): Operation<BlobTally> {
  const row = yield* first(
    queries
      .selectFrom('blobs')
      .select((eb) => [
        eb.fn.countAll<number>().as('count'),
        eb.fn.max('created_at').as('newest_at'),
      ]),
  )
  return { count: Number(row?.count ?? 0), newestAt: row?.newest_at ?? null }
}

/** Returns one page of orphaned blobs, ordered by id. A blob of a current asset is never included. */
export function* listDeadBlobs(
  queries: Queries,
  query: { retiredBefore: number; after: string; maxResults: number },
): Operation<readonly BlobName[]> {
  const rows = yield* all(
    queries
      .selectFrom('blobs')
      .select(['cloud', 'blob_id'])
      .where('orphaned_at', '<=', query.retiredBefore)
      .where('blob_id', '>', query.after)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('assets')
              .select('asset_id')
              .whereRef('assets.blob_id', '=', 'blobs.blob_id'),
          ),
        ),
      )
      .orderBy('blob_id')
      .limit(query.maxResults),
  )
  return rows.map((row) => ({ cloud: row.cloud, blobId: row.blob_id }))
}

/** Deletes the rows of deleted blobs and of their versions. */
export function* forgetBlobs(
  queries: Queries,
  query: { blobIds: readonly string[] },
): Operation<void> {
  if (query.blobIds.length === 0) return
  yield* run(queries.deleteFrom('versions').where('blob_id', 'in', [...query.blobIds]))
  yield* run(queries.deleteFrom('blobs').where('blob_id', 'in', [...query.blobIds]))
}

/** Returns the stored blobs that have no row, each with the time of its first sighting. */
export function* listUnknownBlobs(
  queries: Queries,
  query: { blobIds: readonly string[] },
): Operation<readonly UnknownBlob[]> {
  if (query.blobIds.length === 0) return []
  const blobIds = [...query.blobIds]
  const known = yield* all(
    queries.selectFrom('blobs').select('blob_id').where('blob_id', 'in', blobIds),
  )
  const knownIds = new Set(known.map((row) => row.blob_id))
  const unknown = blobIds.filter((blobId) => !knownIds.has(blobId))
  if (unknown.length === 0) return []
  const sightings = yield* all(
    queries
      .selectFrom('orphans')
      .select(['blob_id', 'first_seen_at'])
      .where('blob_id', 'in', unknown),
  )
  const firstSeen = new Map(sightings.map((row) => [row.blob_id, row.first_seen_at]))
  return unknown.map((blobId) => ({ blobId, firstSeenAt: firstSeen.get(blobId) ?? null }))
}

/** Records that these blobs had no row at this time. */
export function* sightOrphans(
  queries: Queries,
  query: { orphans: readonly BlobName[]; now: number },
): Operation<void> {
  for (const { cloud, blobId } of query.orphans) {
    const row = { blob_id: blobId, cloud, first_seen_at: query.now, last_seen_at: query.now }
    yield* run(
      queries
        .insertInto('orphans')
        .values(row)
        .onConflict((conflict) =>
          conflict.column('blob_id').doUpdateSet({ last_seen_at: query.now }),
        ),
    )
  }
}

/** Deletes sightings that no later pass confirmed. The blob has a row by now, or was deleted. */
export function* forgetOrphans(queries: Queries, query: { seenBefore: number }): Operation<void> {
  yield* run(queries.deleteFrom('orphans').where('last_seen_at', '<', query.seenBefore))
}

/** Returns live blobs ordered by id, starting at `from`. Ids are random, so any range is a random sample. */
export function* listBlobsFrom(
  queries: Queries,
  query: { from: string; maxResults: number },
): Operation<readonly CheckedBlob[]> {
  const rows = yield* all(
    queries
      .selectFrom('blobs')
      .select(['cloud', 'blob_id', 'bytes', 'md5'])
      .where('orphaned_at', 'is', null)
      .where('quarantined_at', 'is', null)
      .where('blob_id', '>=', query.from)
      .orderBy('blob_id')
      .limit(query.maxResults),
  )
  return rows.map(({ cloud, blob_id: blobId, bytes, md5 }) => ({ cloud, blobId, bytes, md5 }))
}

/** Marks a blob as quarantined because its bytes have changed. A blob that is already marked keeps its time. */
export function* quarantineBlob(
  queries: Queries,
  query: { blobId: string; now: number },
): Operation<void> {
  yield* run(
    queries
      .updateTable('blobs')
      .set({ quarantined_at: sql`coalesce(quarantined_at, ${query.now})` })
      .where('blob_id', '=', query.blobId),
  )
}

/** The collector: deletes stored files that no row needs. Keeps all orphans if the catalog looks wrong. @module */

import type { BlobName, BlobTally } from '../catalog/catalog.js'
import type { Services } from '../services.js'
import { fileOf } from '../storage/disk/disk-parts.js'
import { sweepSessions } from './sweep-expired-uploads.js'

/** Services that the collector needs. It runs without an HTTP server. */
export type CollectorServices = Pick<
  Services,
  'catalog' | 'blobs' | 'staging' | 'parts' | 'log' | 'now'
>

/** Options of one pass. */
export interface CollectOptions {
  /** Only counts: deletes no files and changes no rows. @default false */
  readonly isDryRun?: boolean
  /** Deletes orphans even if the catalog looks wrong. @default false */
  readonly isForced?: boolean
  /** Aborts the pass, which then throws the signal's reason. */
  readonly signal?: AbortSignal
}

/** Counts of what one pass deleted, or would delete in a dry run. */
export interface Collected {
  /** Staging files that no session needs. */
  readonly staged: number
  /** Blobs of assets that were replaced or destroyed at least a day ago. */
  readonly retired: number
  /** Orphans: blobs without a row that two passes have seen and that are a day old. */
  readonly orphans: number
  /** Blobs without a row that are too young or that only one pass has seen. */
  readonly watched: number
  /** Reason for keeping all orphans; `null` if they were deleted. */
  readonly brake: string | null
}

const HOUR_MS = 3_600_000
/** Minimum age of a blob before it is deleted, in milliseconds. Readers may still stream a younger one. */
const BLOB_REST_MS = 24 * HOUR_MS
/** Minimum time between the two passes that must see an orphan, in milliseconds. */
const SIGHTING_GAP_MS = HOUR_MS
/** Age at which a staging file is deleted: the life of a session and an hour, in milliseconds. */
const STAGING_REST_MS = 25 * HOUR_MS
const BATCH = 500
/** Above these numbers, the collector assumes that the catalog does not belong to the blob store, and keeps all orphans. */
const BRAKE_SHARE = 0.01
const BRAKE_BLOBS = 1000

/** Makes one pass. A pass can stop at any point, because the next pass deletes the rest. */
export async function collectGarbage(
  services: CollectorServices,
  options: CollectOptions = {},
): Promise<Collected> {
  const pass: Pass = { isDryRun: options.isDryRun ?? false, signal: options.signal }
  const { isDryRun } = pass
  if (!isDryRun) {
    await sweepSessions(services)
    await services.catalog.pruneRows({ now: services.now() })
  }
  const staged = await collectStaging(services, pass)
  const retired = await collectRetired(services, pass)
  const found = await findOrphans(services, pass)
  const brake = brakeOf(found, await services.catalog.tallyBlobs({}))
  const isStopped = brake !== null && !options.isForced
  if (isStopped) {
    services.log.error({ orphans: found.due.length, stored: found.stored, brake }, 'orphans kept')
  } else if (!isDryRun) {
    for (const blob of found.due) await services.blobs.destroy(blob)
  }
  const { length: orphans } = isStopped ? [] : found.due
  const watched = found.watched + (isStopped ? found.due.length : 0)
  const collected = { staged, retired, orphans, watched, brake: isStopped ? brake : null }
  services.log.info({ ...collected, isDryRun }, 'collected')
  return collected
}

interface Pass {
  readonly isDryRun: boolean
  readonly signal: AbortSignal | undefined
}

async function collectStaging(services: CollectorServices, { isDryRun }: Pass): Promise<number> {
  const { catalog, staging, now } = services
  // Staging files are listed before the parts, so a file that becomes a part in between is young enough to stay.
  const files = await staging.list()
  const needed = new Set((await catalog.listStagedParts()).map((place) => fileOf({ place })))
  let count = 0
  for (const stagingId of files) {
    if (needed.has(stagingId)) continue
    const touchedAt = await staging.touchedAt(stagingId)
    if (touchedAt === null || touchedAt > now() - STAGING_REST_MS) continue
    count += 1
    if (!isDryRun) await staging.destroy(stagingId)
  }
  return count
}

async function collectRetired(
  services: CollectorServices,
  { isDryRun, signal }: Pass,
): Promise<number> {
  const { catalog, blobs, now } = services
  const retiredBefore = now() - BLOB_REST_MS
  let count = 0
  let after = ''
  for (;;) {
    const dead = await catalog.listDeadBlobs({ retiredBefore, after, maxResults: BATCH })
    const last = dead.at(-1)
    if (!last) return count
    signal?.throwIfAborted()
    after = last.blobId
    count += dead.length
    if (isDryRun) continue
    for (const blob of dead) await blobs.destroy(blob)
    // Rows are deleted after the bytes. Until then they show what must still be deleted.
    await catalog.forgetBlobs({ blobIds: dead.map(({ blobId }) => blobId) })
  }
}

interface FoundOrphans {
  /** Number of stored blobs. */
  readonly stored: number
  /** Seen by two passes, and old enough. */
  readonly due: readonly BlobName[]
  readonly watched: number
  /** Time of the youngest blob without a row, in Unix milliseconds. */
  readonly newestAt: number
}

async function findOrphans(
  services: CollectorServices,
  { isDryRun, signal }: Pass,
): Promise<FoundOrphans> {
  const { catalog, blobs } = services
  const now = services.now()
  const due: BlobName[] = []
  let stored = 0
  let watched = 0
  let newestAt = 0
  for await (const batch of batchesOf(blobs.list())) {
    signal?.throwIfAborted()
    stored += batch.length
    const unknown = await catalog.listUnknownBlobs({ blobIds: batch.map(({ blobId }) => blobId) })
    const firstSeen = new Map(unknown.map(({ blobId, firstSeenAt }) => [blobId, firstSeenAt]))
    const sighted = batch.filter(({ blobId }) => firstSeen.has(blobId))
    for (const blob of sighted) {
      const stat = await blobs.stat(blob)
      if (!stat) continue
      newestAt = Math.max(newestAt, stat.modifiedAt)
      const seenAt = firstSeen.get(blob.blobId) ?? now
      const isDue = now - seenAt >= SIGHTING_GAP_MS && now - stat.modifiedAt >= BLOB_REST_MS
      if (isDue) due.push(blob)
      else watched += 1
    }
    if (!isDryRun && sighted.length > 0) await catalog.sightOrphans({ orphans: sighted, now })
  }
  if (!isDryRun) await catalog.forgetOrphans({ seenBefore: now })
  return { stored, due, watched, newestAt }
}

async function* batchesOf<Item>(items: AsyncIterable<Item>): AsyncGenerator<readonly Item[]> {
  let batch: Item[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** Returns a sign that the catalog does not belong to this blob store or is an old copy; `null` if there is none. */
function brakeOf({ due, stored, newestAt }: FoundOrphans, tally: BlobTally): string | null {
  if (due.length === 0) return null
  if (tally.newestAt === null) return 'the catalog contains no blobs'
  if (tally.newestAt < newestAt - HOUR_MS) {
    return 'the newest row of the catalog is more than an hour older than the newest stored blob'
  }
  if (due.length > BRAKE_BLOBS) return `more than ${BRAKE_BLOBS} orphans`
  return due.length > stored * BRAKE_SHARE ? 'more than 1 % of all stored blobs' : null
}

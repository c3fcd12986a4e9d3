/** The collector: takes away what no row needs, and stops before it takes away too much. @module */

import type { BlobName, BlobTally } from '../catalog/catalog.js'
import type { Services } from '../services.js'
import { sweepSessions } from './sweep-staging.js'

/** What the collector works with: no HTTP server is needed. */
export type CollectorServices = Pick<Services, 'catalog' | 'blobs' | 'staging' | 'log' | 'now'>

/** How one pass is made. */
export interface CollectOptions {
  /** Look and count; nothing is deleted, and nothing is remembered. @default false */
  readonly isDryRun?: boolean
  /** Delete orphans although the brake says no. @default false */
  readonly isForced?: boolean
  /** Ends the pass early, with its reason thrown. */
  readonly signal?: AbortSignal
}

/** What one pass did, or in a dry run would do. */
export interface Collected {
  /** Staging files that no session needs. */
  readonly staged: number
  /** Blobs of replaced and destroyed assets, a day after. */
  readonly retired: number
  /** Blobs that no row knows, seen twice and a day old. */
  readonly orphans: number
  /** Blobs that no row knows, not yet seen twice or too young. */
  readonly watched: number
  /** Why the orphans were left, `null` where they were not. */
  readonly brake: string | null
}

const HOUR_MS = 3_600_000
/** A retired or unknown blob stands for so long: readers may still be streaming it. */
const BLOB_REST_MS = 24 * HOUR_MS
/** Two sightings of an orphan are at least so far apart. */
const SIGHTING_GAP_MS = HOUR_MS
/** A staging file that nobody has written to for so long: a session's life and an hour. */
const STAGING_REST_MS = 25 * HOUR_MS
const BATCH = 500
/** Beyond these the collector rather believes that it looks at the wrong catalog. */
const BRAKE_SHARE = 0.01
const BRAKE_BLOBS = 1000

/** Make one pass. Deleting again what is half deleted does no harm, so a pass may be cut off anywhere. */
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
    services.log.error({ orphans: found.due.length, stored: found.stored, brake }, 'orphans left')
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
  // Listed before the parts are: a file that becomes a part in between is young.
  const files = await staging.list()
  const needed = new Set(await catalog.listStagedParts())
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
    // After the bytes: until then the rows say what is still to be deleted.
    await catalog.forgetBlobs({ blobIds: dead.map(({ blobId }) => blobId) })
  }
}

interface FoundOrphans {
  /** Stored blobs in all. */
  readonly stored: number
  /** Seen twice, and old enough. */
  readonly due: readonly BlobName[]
  readonly watched: number
  /** Unix milliseconds of the youngest blob that no row knows. */
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

/** Why the orphans should stay: each is what a catalog looks like that is not the one of this store, or an old copy of it. */
function brakeOf({ due, stored, newestAt }: FoundOrphans, tally: BlobTally): string | null {
  if (due.length === 0) return null
  if (tally.newestAt === null) return 'the catalog knows no blob at all'
  if (tally.newestAt < newestAt - HOUR_MS) {
    return 'the newest row of the catalog is more than an hour older than the newest stored blob'
  }
  if (due.length > BRAKE_BLOBS) return `more than ${BRAKE_BLOBS} orphans`
  return due.length > stored * BRAKE_SHARE ? 'more than 1 % of what is stored' : null
}

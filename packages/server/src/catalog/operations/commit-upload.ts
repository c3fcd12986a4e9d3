/** The transaction that stores an uploaded asset. @module */

import type { Asset } from '../asset.js'
import type { Catalog } from '../catalog.js'
import { withMetadata } from '../metadata-fields.js'
import type { CommitOutcome, NewUpload, StoredOutcome, StoredUpload } from '../new-upload.js'
import { first, type Operation, type Queries, run } from '../operation.js'
import { insertion, pickColumns, statement } from '../statement.js'
import type { AssetRow, UploadRow } from '../tables.js'
import { insertBlob, releaseBlob } from './accepted-uploads.js'
import { ASSET_COLUMNS, toAssetRow } from './asset-rows.js'
import { writeTags } from './asset-tags.js'
import { writeDeleteToken } from './delete-tokens.js'
import { insertDerivatives } from './derivatives.js'
import { withFreeDisplayName } from './display-names.js'
import { isClaimLive } from './event-claims.js'
import { describeVersion, keepVersion } from './kept-versions.js'
import { addDynamicValues } from './metadata-fields.js'
import { enqueueEvent } from './outbox-events.js'
import { readAsset } from './read-assets.js'
import { retireVersion } from './retire-version.js'
import { markDone } from './settle-events.js'

/** How an upload was stored, and the asset to return. */
interface Stored {
  readonly outcome: StoredOutcome
  readonly asset: Asset
}

/** How long a nonce returns the stored result, in milliseconds. */
const NONCE_LIFE_MS = 24 * 3_600_000

/**
 * Stores an uploaded asset: its row, version and blob row, the nonce, and the events. The caller has already stored the blob durably.
 *
 * If an earlier upload used the same nonce, stores nothing and returns that upload's result. Stores nothing either if the upload carries
 * out an accepted event whose claim is no longer live.
 */
export function* commitUpload(queries: Queries, upload: NewUpload): Operation<CommitOutcome> {
  if (upload.accepted && !(yield* isClaimLive(queries, upload.accepted.claim, upload.now))) {
    return { outcome: 'claim-lost' }
  }
  if (upload.nonce) {
    const query = { cloud: upload.asset.cloud, nonce: upload.nonce.nonce, now: upload.now }
    const earlier = yield* readUpload(queries, query)
    if (earlier) {
      const isSame = earlier.bagDigest === upload.nonce.bagDigest
      if (!isSame) return { outcome: 'nonce-conflict' }
      yield* finishOrigin(queries, upload, earlier)
      return { outcome: 'replayed', asset: earlier.asset, first: earlier.outcome }
    }
  }
  const previous = yield* readAsset(queries, upload.asset)
  if (previous && !upload.overwrite) {
    const existing = { outcome: 'existing', asset: previous } as const
    yield* rememberNonce(queries, upload, existing)
    yield* finishOrigin(queries, upload, existing)
    return existing
  }
  const newest = newestVersion(upload, previous)
  const asset = yield* withFreeDisplayName(queries, newest, upload.displayNameSuffixes)
  yield* writeVersion(queries, asset, { previous, isKept: upload.isKept ?? false })
  yield* insertDerivatives(queries, {
    ...asset,
    derivatives: upload.derivatives ?? [],
    now: upload.now,
  })
  const stored = { outcome: previous ? 'overwritten' : 'created', asset } as const
  yield* rememberNonce(queries, upload, stored)
  yield* writeDeleteToken(queries, upload, asset)
  const { cloud } = asset
  const { values = {} } = upload.metadata ?? {}
  yield* addDynamicValues(queries, { cloud, values, now: upload.now })
  for (const event of upload.events ?? []) {
    // Only completions are read by nonce. Other topics may have targets that must not learn it.
    const nonce = (event.topic === 'completion' && upload.nonce?.nonce) || null
    yield* enqueueEvent(queries, { cloud: asset.cloud, event, asset, nonce, now: upload.now })
  }
  yield* finishOrigin(queries, upload, stored)
  return stored
}

/** Reads the result of an upload by its nonce, while the nonce is live. */
export function* readUpload(
  queries: Queries,
  query: Parameters<Catalog['readUpload']>[0],
): Operation<StoredUpload | null> {
  const row = yield* first(selectUpload(queries, query))
  if (!row || (query.userTag !== undefined && row.user_tag !== query.userTag)) return null
  return {
    bagDigest: row.bag_digest,
    asset: JSON.parse(row.result),
    outcome: row.outcome as StoredOutcome,
    signer: { keyId: row.key_id, algorithm: row.algorithm === 'sha256' ? 'sha256' : 'sha1' },
  }
}

const selectUpload = statement((queries, query: { cloud: string; nonce: string; now: number }) =>
  queries
    .selectFrom('uploads')
    .select(['bag_digest', 'result', 'outcome', 'key_id', 'algorithm', 'user_tag'])
    .where('cloud', '=', query.cloud)
    .where('nonce', '=', query.nonce)
    .where('expires_at', '>', query.now),
)

function newestVersion(upload: NewUpload, previous: Asset | null): Asset {
  const seconds = Math.floor(upload.now / 1000)
  const { values = {}, defaults = {} } = upload.metadata ?? {}
  const metadata = { ...defaults, ...previous?.extra.metadata, ...values }
  return {
    ...upload.asset,
    extra: withMetadata(upload.asset.extra, metadata),
    assetId: previous?.assetId ?? upload.ids.assetId,
    version: previous ? Math.max(seconds, previous.version + 1) : seconds,
    versionId: upload.ids.versionId,
    blobId: upload.blob.blobId,
    bytes: upload.blob.bytes,
    etag: upload.blob.md5,
    createdAt: previous?.createdAt ?? upload.now,
    updatedAt: upload.now,
  }
}

function* writeVersion(
  queries: Queries,
  asset: Asset,
  { previous, isKept }: { readonly previous: Asset | null; readonly isKept: boolean },
): Operation<void> {
  const now = asset.updatedAt
  const blob = { blob_id: asset.blobId, cloud: asset.cloud, bytes: asset.bytes, md5: asset.etag }
  const state = { created_at: now, orphaned_at: null, quarantined_at: null }
  yield* run(insertBlob(queries, { ...blob, ...state }))
  yield* run(
    insertVersion(queries, {
      version_id: asset.versionId,
      cloud: asset.cloud,
      asset_id: asset.assetId,
      version: asset.version,
      blob_id: asset.blobId,
      created_at: now,
      replaced_at: null,
      is_kept: Number(isKept),
      described: JSON.stringify(describeVersion(asset)),
    }),
  )
  yield* writeTags(queries, asset, previous?.tags ?? [])
  const row = toAssetRow(asset)
  if (!previous) {
    yield* run(insertAsset(queries, row))
    return
  }
  yield* run(updateAsset(queries, row))
  if (isKept) yield* keepVersion(queries, previous)
  yield* retireVersion(queries, previous, now)
}

const insertVersion = insertion('versions', [
  'version_id',
  'cloud',
  'asset_id',
  'version',
  'blob_id',
  'created_at',
  'replaced_at',
  'is_kept',
  'described',
])
const insertAsset = insertion('assets', ASSET_COLUMNS)
const updateAsset = statement((queries, row: AssetRow) =>
  queries
    .updateTable('assets')
    .set(pickColumns(row, ASSET_COLUMNS))
    .where('asset_id', '=', row.asset_id),
)

function* rememberNonce(
  queries: Queries,
  upload: NewUpload,
  { outcome, asset }: Stored,
): Operation<void> {
  if (!upload.nonce) return
  const isAppTold = upload.events?.some(({ topic }) => topic === 'completion')
  const isAwaited = isAppTold && outcome !== 'existing'
  const row = {
    bag_digest: upload.nonce.bagDigest,
    result: JSON.stringify(asset),
    created_at: upload.now,
    expires_at: upload.now + NONCE_LIFE_MS,
    completion_status: isAwaited ? 'pending' : 'none',
    completion_result: null,
    completion_at: null,
    key_id: upload.nonce.signer?.keyId ?? '',
    algorithm: upload.nonce.signer?.algorithm ?? 'sha1',
    outcome,
    user_tag: upload.nonce.userTag ?? null,
  }
  // An expired row of the same nonce may still exist. It is replaced.
  yield* run(writeUpload(queries, { cloud: upload.asset.cloud, nonce: upload.nonce.nonce, ...row }))
}

const UPLOAD_COLUMNS = [
  'bag_digest',
  'result',
  'created_at',
  'expires_at',
  'completion_status',
  'completion_result',
  'completion_at',
  'key_id',
  'algorithm',
  'outcome',
  'user_tag',
] as const satisfies readonly (keyof UploadRow)[]

const writeUpload = statement((queries, row: UploadRow) =>
  queries
    .insertInto('uploads')
    .values(pickColumns(row, ['cloud', 'nonce', ...UPLOAD_COLUMNS]))
    .onConflict((conflict) =>
      conflict.columns(['cloud', 'nonce']).doUpdateSet(pickColumns(row, UPLOAD_COLUMNS)),
    ),
)

/** Finishes the chunk session or the accepted event that the upload came from. */
function* finishOrigin(
  queries: Queries,
  { sessionId, sessionExpiresAt, accepted, now }: NewUpload,
  { outcome, asset }: Stored,
): Operation<void> {
  if (accepted) {
    const { claim, blobId } = accepted
    yield* markDone(queries, { eventId: claim.eventId, now })
    if (blobId !== undefined) yield* releaseBlob(queries, { blobId, now })
  }
  if (!sessionId) return
  yield* run(
    queries
      .updateTable('sessions')
      .set({
        result: JSON.stringify(asset),
        outcome,
        ...(sessionExpiresAt === undefined ? {} : { expires_at: sessionExpiresAt }),
      })
      .where('session_id', '=', sessionId),
  )
}

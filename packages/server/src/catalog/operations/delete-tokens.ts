/** Delete tokens: stored with an upload, redeemed once. @module */

import type { Asset } from '../asset.js'
import type { NewUpload, RedeemOutcome } from '../new-upload.js'
import { first, type Operation, type Queries, run } from '../operation.js'
import type { NewEvent } from '../outbox-event.js'
import { removeAsset } from './destroy-asset.js'
import { enqueueEvent } from './outbox-events.js'
import { readAssetById } from './read-assets.js'

/** Stores the delete token of an upload, in the transaction that stores the upload. */
export function* writeDeleteToken(
  queries: Queries,
  { deleteToken, now }: NewUpload,
  asset: Asset,
): Operation<void> {
  if (!deleteToken) return
  yield* run(
    queries.insertInto('delete_tokens').values({
      token_hash: deleteToken.hash,
      cloud: asset.cloud,
      asset_id: asset.assetId,
      version_id: asset.versionId,
      created_at: now,
      expires_at: deleteToken.expiresAt,
      used_at: null,
    }),
  )
}

/** Deletes the asset of a delete token. A token works once, and only while the uploaded version is the newest. */
export function* redeemDeleteToken(
  queries: Queries,
  query: { cloud: string; hash: string; events?: readonly NewEvent[]; now: number },
): Operation<RedeemOutcome> {
  const token = yield* first(
    queries
      .selectFrom('delete_tokens')
      .selectAll()
      .where('token_hash', '=', query.hash)
      .where('cloud', '=', query.cloud),
  )
  if (!token) return { outcome: 'unknown' }
  if (token.used_at !== null) return { outcome: 'used' }
  if (token.expires_at <= query.now) return { outcome: 'expired', issuedAt: token.created_at }
  yield* run(
    queries
      .updateTable('delete_tokens')
      .set({ used_at: query.now })
      .where('token_hash', '=', query.hash),
  )
  const asset = yield* readAssetById(queries, { cloud: query.cloud, assetId: token.asset_id })
  if (!asset) return { outcome: 'missing' }
  if (asset.versionId !== token.version_id) return { outcome: 'replaced' }
  const { cloud, events = [], now } = query
  yield* removeAsset(queries, asset, now)
  for (const event of events)
    yield* enqueueEvent(queries, { cloud, event, asset, nonce: null, now })
  return { outcome: 'destroyed', asset }
}

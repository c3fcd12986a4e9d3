/** The transaction that edits assets' metadata. Bytes, public ids and versions stay. @module */

import type { Asset } from '../asset.js'
import {
  type ContextEdit,
  type EditedMember,
  type EditLimits,
  type EditOutcome,
  type EditQuery,
  editExtra,
  MAX_CONTEXT_BYTES,
  MAX_METADATA_BYTES,
  MAX_TAGS,
  type TagEdit,
} from '../asset-edits.js'
import { withMetadata } from '../metadata-fields.js'
import { all, type Operation, type Queries, run } from '../operation.js'
import { assetChanges, type EditedAsset } from './asset-changes.js'
import { toAsset, toAssetRow } from './asset-rows.js'
import { writeTags } from './asset-tags.js'
import { withFreeDisplayName } from './display-names.js'
import { addDynamicValues } from './metadata-fields.js'
import { enqueueEvent } from './outbox-events.js'

/** Edits the named assets that exist, in the order in which they are named. If one of them would exceed a limit, edits none. */
export function* editAssets(queries: Queries, query: EditQuery): Operation<EditOutcome> {
  const found = yield* readNamed(queries, query)
  const edited: EditedAsset[] = []
  for (const asset of found) {
    const { displayNameSuffixes } = query.edit
    const after = yield* withFreeDisplayName(queries, applyEdit(asset, query), displayNameSuffixes)
    edited.push({ asset, after })
  }
  for (const { after } of edited) {
    const member = tooLarge(after, query.limits)
    if (member) return { outcome: 'too-large', publicId: after.publicId, member }
  }
  const { tags } = query.edit
  const others =
    tags?.command === 'set-exclusive'
      ? yield* takeFromOthers(queries, query, { tags: tags.tags, named: found })
      : []
  for (const { asset, after } of edited) {
    yield* run(
      queries.updateTable('assets').set(toAssetRow(after)).where('asset_id', '=', after.assetId),
    )
    yield* writeTags(queries, after, asset.tags)
  }
  const { cloud, now } = query
  const { metadata: values } = query.edit
  if (values && edited.length > 0) yield* addDynamicValues(queries, { cloud, values, now })
  yield* enqueueChanges(queries, query, [...edited, ...others])
  for (const { after } of edited) yield* enqueueEach(queries, query, after)
  return { outcome: 'edited', assets: edited.map(({ after }) => after) }
}

function* enqueueEach(
  queries: Queries,
  { cloud, events, now }: EditQuery,
  asset: Asset,
): Operation<void> {
  for (const event of events?.each ?? []) {
    yield* enqueueEvent(queries, { cloud, event, asset, nonce: null, now })
  }
}

function* enqueueChanges(
  queries: Queries,
  { cloud, events = {}, now }: EditQuery,
  edited: readonly EditedAsset[],
): Operation<void> {
  for (const member of ['tags', 'context', 'metadata'] as const) {
    const changes = assetChanges(edited, member)
    if (changes.length === 0) continue
    for (const event of events[member] ?? []) {
      const details = { changes }
      yield* enqueueEvent(queries, { cloud, event, asset: null, details, nonce: null, now })
    }
  }
}

function* readNamed(queries: Queries, query: EditQuery): Operation<readonly Asset[]> {
  if (query.publicIds.length === 0) return []
  const rows = yield* all(
    queries
      .selectFrom('assets')
      .selectAll()
      .where('cloud', '=', query.cloud)
      .where('resource_type', '=', query.resourceType as string)
      .where('delivery_type', '=', query.deliveryType as string)
      .where('public_id', 'in', [...query.publicIds]),
  )
  const byName = new Map(rows.map((row) => [row.public_id, toAsset(row)]))
  return [...new Set(query.publicIds)].flatMap((publicId) => byName.get(publicId) ?? [])
}

function applyEdit(asset: Asset, { edit, now }: EditQuery): Asset {
  return {
    ...asset,
    tags: edit.tags ? applyTags(asset.tags, edit.tags) : asset.tags,
    context: edit.context ? applyContext(asset.context, edit.context) : asset.context,
    extra: withMetadata(editExtra(asset.extra, edit.extra ?? {}), edit.metadata ?? {}),
    assetFolder: edit.assetFolder ?? asset.assetFolder,
    displayName: edit.displayName ?? asset.displayName,
    updatedAt: now,
  }
}

function applyTags(held: readonly string[], { command, tags }: TagEdit): readonly string[] {
  if (command === 'replace') return tags
  if (command === 'remove') return held.filter((tag) => !tags.includes(tag))
  return [...new Set([...held, ...tags])]
}

function applyContext(held: Asset['context'], { command, context }: ContextEdit): Asset['context'] {
  return command === 'replace' ? context : { ...held, ...context }
}

const DEFAULT_LIMITS: EditLimits = {
  maxTags: MAX_TAGS,
  maxContextBytes: MAX_CONTEXT_BYTES,
  maxMetadataBytes: MAX_METADATA_BYTES,
}

function tooLarge(
  { tags, context, extra }: Asset,
  { maxTags, maxContextBytes, maxMetadataBytes }: EditLimits = DEFAULT_LIMITS,
): EditedMember | undefined {
  if (tags.length > maxTags) return 'tags'
  if (Buffer.byteLength(Object.entries(context).flat().join('')) > maxContextBytes) {
    return 'context'
  }
  const metadata = JSON.stringify(extra.metadata ?? {})
  return Buffer.byteLength(metadata) > maxMetadataBytes ? 'metadata' : undefined
}

function* takeFromOthers(
  queries: Queries,
  query: EditQuery,
  { tags, named }: { readonly tags: readonly string[]; readonly named: readonly Asset[] },
): Operation<readonly EditedAsset[]> {
  const rows = yield* all(
    queries
      .selectFrom('assets')
      .selectAll()
      .where('asset_id', 'in', (select) =>
        select
          .selectFrom('asset_tags')
          .select('asset_id')
          .where('cloud', '=', query.cloud)
          .where('resource_type', '=', query.resourceType as string)
          .where('tag', 'in', [...tags]),
      ),
  )
  const keepers = new Set(named.map(({ assetId }) => assetId))
  const edited = rows
    .map(toAsset)
    .filter(({ assetId }) => !keepers.has(assetId))
    .map((asset) => ({
      asset,
      after: { ...asset, tags: asset.tags.filter((tag) => !tags.includes(tag)) },
    }))
  for (const { asset, after } of edited) {
    yield* run(
      queries
        .updateTable('assets')
        .set({ tags: JSON.stringify(after.tags), updated_at: query.now })
        .where('asset_id', '=', asset.assetId),
    )
    yield* writeTags(queries, after, asset.tags)
  }
  return edited
}

/** Compares assets before and after an edit, for notifications. @module */

import type { Asset } from '../asset.js'
import type { AssetChange, EditedMember } from '../asset-edits.js'
import type { MetadataValue } from '../metadata-fields.js'

/** An asset before and after an edit. */
export interface EditedAsset {
  readonly asset: Asset
  readonly after: Asset
}

/** Returns the changes of one member. Assets without changes are left out. */
export function assetChanges(
  edited: readonly EditedAsset[],
  member: EditedMember,
): readonly AssetChange[] {
  return edited.flatMap(({ asset, after }) => {
    const changes =
      member === 'tags'
        ? tagChanges(asset.tags, after.tags)
        : pairChanges(pairsOf(asset, member), pairsOf(after, member))
    const { resourceType, deliveryType, publicId, assetId } = after
    const isChanged = Object.values(changes).some((items) => items.length > 0)
    return isChanged ? [{ resourceType, deliveryType, publicId, assetId, ...changes }] : []
  })
}

type Changes = Pick<AssetChange, 'added' | 'removed' | 'updated'>

function tagChanges(before: readonly string[], after: readonly string[]): Changes {
  return {
    added: after.filter((tag) => !before.includes(tag)),
    removed: before.filter((tag) => !after.includes(tag)),
    updated: [],
  }
}

function pairsOf(
  { context, extra }: Asset,
  member: 'context' | 'metadata',
): Readonly<Record<string, MetadataValue>> {
  return member === 'context' ? context : (extra.metadata ?? {})
}

function pairChanges(
  before: Readonly<Record<string, MetadataValue>>,
  after: Readonly<Record<string, MetadataValue>>,
): Changes {
  const held = new Map(Object.entries(before))
  const kept = new Map(Object.entries(after))
  const pairs = [...kept].map(([name, value]) => ({ name, value }))
  return {
    added: pairs.filter(({ name }) => !held.has(name)),
    removed: [...held].flatMap(([name, value]) => (kept.has(name) ? [] : [{ name, value }])),
    updated: pairs.filter(({ name, value }) => held.has(name) && !isSame(held.get(name), value)),
  }
}

// A set's value is an array, which `===` would compare by identity.
function isSame(one: MetadataValue | undefined, other: MetadataValue): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

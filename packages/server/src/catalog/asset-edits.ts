/** What may change about stored assets, as data: the catalog applies it to each in one transaction. @module */

import type { ResourceType } from '@countersign/protocol/limits'
import type { Asset, AssetExtra, DeliveryType } from './asset.js'
import type { MetadataEdit, MetadataValue } from './metadata-fields.js'
import type { NewEvent } from './outbox-event.js'

/** Tags of one asset, however they came. */
export const MAX_TAGS: number = 1000
/** Bytes of the context of one asset. */
export const MAX_CONTEXT_BYTES: number = 8192
/** Bytes of the structured metadata of one request, and of one asset as JSON. */
export const MAX_METADATA_BYTES: number = 8192

/** What happens to the tags of the named assets; `set-exclusive` also takes them from every other asset of the resource type. */
export interface TagEdit {
  readonly command: 'add' | 'remove' | 'replace' | 'set-exclusive'
  readonly tags: readonly string[]
}

/** What happens to the context: `add` key by key, `replace` as a whole. */
export interface ContextEdit {
  readonly command: 'add' | 'replace'
  readonly context: Readonly<Record<string, string>>
}

/** Members of `extra` to replace; `null` takes one away. */
export type ExtraEdit = {
  readonly [Member in keyof Omit<AssetExtra, 'metadata'>]?: AssetExtra[Member] | null
}

/** One change of any number of assets. Absent members stay as they are. */
export interface AssetEdit {
  readonly tags?: TagEdit
  readonly context?: ContextEdit
  readonly extra?: ExtraEdit
  readonly metadata?: MetadataEdit
  readonly assetFolder?: string
  readonly displayName?: string
  /** Tried in this order where the display name must be unique within its folder. */
  readonly displayNameSuffixes?: readonly string[]
}

/** Which assets to change, and how. */
export interface EditQuery {
  readonly cloud: string
  readonly resourceType: ResourceType
  readonly deliveryType: DeliveryType
  readonly publicIds: readonly string[]
  readonly edit: AssetEdit
  /** Owed where that member of some asset changes, with the changes; `each` for the one asset that is named, whatever changes. */
  readonly events?: { readonly [Member in EditedMember | 'each']?: readonly NewEvent[] }
  /** How much an asset may hold afterwards. @default every `MAX_` of this module */
  readonly limits?: EditLimits
  /** Unix milliseconds. */
  readonly now: number
}

/** Limits that an operator may change. */
export interface EditLimits {
  readonly maxTags: number
  readonly maxContextBytes: number
  readonly maxMetadataBytes: number
}

/** What targets of notifications hear of by itself. */
export type EditedMember = 'tags' | 'context' | 'metadata'

/** What changed about one asset. */
export interface AssetChange {
  readonly resourceType: ResourceType
  readonly deliveryType: DeliveryType
  readonly publicId: string
  readonly assetId: string
  readonly added: readonly ChangedItem[]
  readonly removed: readonly ChangedItem[]
  /** Names that have another value than before. */
  readonly updated: readonly ChangedItem[]
}

/** A tag, or a name and its value. */
export type ChangedItem = string | { readonly name: string; readonly value: MetadataValue }

/** How an edit ended: the assets that exist, as they are now, or the first one that would hold too much; then none is changed. */
export type EditOutcome =
  | { readonly outcome: 'edited'; readonly assets: readonly Asset[] }
  | {
      readonly outcome: 'too-large'
      readonly publicId: string
      readonly member: EditedMember
    }

/** The members as they are after an edit. */
export function editExtra(held: AssetExtra, edit: ExtraEdit): AssetExtra {
  const members = Object.entries({ ...held, ...edit })
  return Object.fromEntries(members.filter(([, value]) => value !== null && value !== undefined))
}

/** Types of an asset edit. The catalog applies one edit to all its assets in one transaction. @module */

import type { ResourceType } from '@countersign/protocol/limits'
import type { Asset, AssetExtra, DeliveryType } from './asset.js'
import type { MetadataEdit, MetadataValue } from './metadata-fields.js'
import type { NewEvent } from './outbox-event.js'

/** Maximum number of tags on one asset. */
export const MAX_TAGS: number = 1000
/** Maximum bytes of one asset's context: all keys and values together. */
export const MAX_CONTEXT_BYTES: number = 8192
/** Maximum bytes of structured metadata in one request, and on one asset as JSON. */
export const MAX_METADATA_BYTES: number = 8192

/** A change of the named assets' tags. `set-exclusive` adds the tags and removes them from every other asset of the resource type. */
export interface TagEdit {
  readonly command: 'add' | 'remove' | 'replace' | 'set-exclusive'
  readonly tags: readonly string[]
}

/** A change of the named assets' context. `add` sets the given keys, `replace` sets the whole context. */
export interface ContextEdit {
  readonly command: 'add' | 'replace'
  readonly context: Readonly<Record<string, string>>
}

/** New values for members of `extra`. `null` removes a member. */
export type ExtraEdit = {
  readonly [Member in keyof Omit<AssetExtra, 'metadata'>]?: AssetExtra[Member] | null
}

/** A change that is applied to each named asset. Absent members stay as they are. */
export interface AssetEdit {
  readonly tags?: TagEdit
  readonly context?: ContextEdit
  readonly extra?: ExtraEdit
  readonly metadata?: MetadataEdit
  readonly assetFolder?: string
  readonly displayName?: string
  /** Suffixes for making the display name unique within its folder, tried in this order. @default the name is not made unique */
  readonly displayNameSuffixes?: readonly string[]
}

/** An edit and the assets that it applies to. */
export interface EditQuery {
  readonly cloud: string
  readonly resourceType: ResourceType
  readonly deliveryType: DeliveryType
  readonly publicIds: readonly string[]
  readonly edit: AssetEdit
  /**
   * Events to enqueue in the same transaction. Events under a member are enqueued once if that member changed on any asset. Events under
   * `each` are enqueued for every named asset, changed or not.
   */
  readonly events?: { readonly [Member in EditedMember | 'each']?: readonly NewEvent[] }
  /** Limits that every edited asset must meet. @default `MAX_TAGS`, `MAX_CONTEXT_BYTES` and `MAX_METADATA_BYTES` */
  readonly limits?: EditLimits
  /** Unix milliseconds. */
  readonly now: number
}

/** Limits of an asset's members that the operator can configure. */
export interface EditLimits {
  readonly maxTags: number
  readonly maxContextBytes: number
  readonly maxMetadataBytes: number
}

/** Members whose changes are sent to notification targets without being requested. */
export type EditedMember = 'tags' | 'context' | 'metadata'

/** The difference that an edit made to one member of one asset. */
export interface AssetChange {
  readonly resourceType: ResourceType
  readonly deliveryType: DeliveryType
  readonly publicId: string
  readonly assetId: string
  readonly added: readonly ChangedItem[]
  readonly removed: readonly ChangedItem[]
  /** Names whose value changed. */
  readonly updated: readonly ChangedItem[]
}

/** A changed item: a tag, or a name with its value. */
export type ChangedItem = string | { readonly name: string; readonly value: MetadataValue }

/** Result of an edit: the edited assets, or the first asset that would exceed a limit. In the second case no asset is changed. */
export type EditOutcome =
  | { readonly outcome: 'edited'; readonly assets: readonly Asset[] }
  | {
      readonly outcome: 'too-large'
      readonly publicId: string
      readonly member: EditedMember
    }

/** Returns the members of `extra` after an edit. */
export function editExtra(held: AssetExtra, edit: ExtraEdit): AssetExtra {
  const members = Object.entries({ ...held, ...edit })
  return Object.fromEntries(members.filter(([, value]) => value !== null && value !== undefined))
}

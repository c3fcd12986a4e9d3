/** Structured metadata: fields that a cloud defines, and values that its assets have. @module */

import type { AssetExtra } from './asset.js'

/** A value of a field: text, a whole number, a date or an entry's id as text, or ids of entries. */
export type MetadataValue = string | number | readonly string[]

/** Values by the external id of their field. */
export type Metadata = Readonly<Record<string, MetadataValue>>

/** Values to set by the external id of their field; `null` takes one away. */
export type MetadataEdit = Readonly<Record<string, MetadataValue | null>>

/** What a field holds. */
export type MetadataType = 'string' | 'integer' | 'date' | 'enum' | 'set'

/** A rule for values, as on the wire. */
export type MetadataRule =
  | { readonly type: 'strlen'; readonly min?: number; readonly max?: number }
  | {
      readonly type: 'greater_than' | 'less_than'
      readonly value: string | number
      readonly equals: boolean
    }

/** What values must be beyond their type: one rule, or all of several. */
export type MetadataValidation =
  | MetadataRule
  | { readonly type: 'and'; readonly rules: readonly MetadataRule[] }

/** What an enum or a set may be. */
export interface DatasourceEntry {
  /** What is stored. */
  readonly externalId: string
  /** What people read. */
  readonly value: string
  /** Whether it may be chosen; one that was deleted can come back. */
  readonly isActive: boolean
}

/** A field that a cloud defines. */
export interface MetadataField {
  readonly cloud: string
  /** Never changes, and is never used again. */
  readonly externalId: string
  /** Unique within the cloud. */
  readonly label: string
  readonly type: MetadataType
  readonly isMandatory: boolean
  /** What a new asset gets that says nothing. */
  readonly defaultValue: MetadataValue | null
  readonly validation: MetadataValidation | null
  /** Of an enum or a set; empty for others. */
  readonly datasource: readonly DatasourceEntry[]
  /** Advice for user interfaces; the API writes it all the same. */
  readonly isReadonlyInUi: boolean
  /** Whether new assets go without it, mandatory or not. */
  readonly isDisabledByDefault: boolean
  /** True if an asset's unknown value becomes a new entry of the list. @default false */
  readonly allowsDynamicValues?: boolean
  /** Position in lists, from 0. Absent for fields that were never sorted; such fields come last. */
  readonly position?: number
}

/** Properties that fields can be sorted by. */
export type FieldOrder = 'label' | 'externalId' | 'createdAt'

/** Sort direction. */
export type Direction = 'asc' | 'desc'

/** Compares two texts without regard to case; ties are compared by code unit. */
export function compareTexts(one: string, other: string): number {
  return compare(one.toLowerCase(), other.toLowerCase()) || compare(one, other)
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}

/** How writing a field ended; `stale`: somebody else wrote it since it was read. */
export type FieldOutcome = 'written' | 'id-taken' | 'label-taken' | 'too-many' | 'stale'

/** A field with the count of its changes. */
export interface StoredField {
  readonly field: MetadataField
  readonly revision: number
}

/** Returns the ids in a value that are no entry of a datasource. Deleted entries still count as entries. */
export function idsWithoutEntry(
  datasource: readonly DatasourceEntry[],
  value: MetadataValue | null,
): readonly string[] {
  const known = new Set(datasource.map(({ externalId }) => externalId))
  return [value].flat().filter((id): id is string => typeof id === 'string' && !known.has(id))
}

/** The less common members of an asset after an edit of its metadata. */
export function withMetadata(
  { metadata: held, ...extra }: AssetExtra,
  edit: MetadataEdit,
): AssetExtra {
  const entries = Object.entries({ ...held, ...edit }).filter(([, value]) => value !== null)
  return entries.length > 0
    ? { ...extra, metadata: Object.fromEntries(entries) as Metadata }
    : extra
}

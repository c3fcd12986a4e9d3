/** Types of structured metadata: the fields of a cloud and the values of its assets. @module */

import type { AssetExtra } from './asset.js'

/** Value of a structured metadata field: text, a whole number, a date or entry id as text, or a list of entry ids. */
export type MetadataValue = string | number | readonly string[]

/** Structured metadata values by the external id of their field. */
export type Metadata = Readonly<Record<string, MetadataValue>>

/** Structured metadata values to set, by the external id of their field. `null` removes a value. */
export type MetadataEdit = Readonly<Record<string, MetadataValue | null>>

/** Type of a structured metadata field's value. */
export type MetadataType = 'string' | 'integer' | 'date' | 'enum' | 'set'

/** A validation rule, as on the wire. */
export type MetadataRule =
  | { readonly type: 'strlen'; readonly min?: number; readonly max?: number }
  | {
      readonly type: 'greater_than' | 'less_than'
      readonly value: string | number
      readonly equals: boolean
    }

/** Validation of a field's values in addition to the type: one rule, or several that must all hold. */
export type MetadataValidation =
  | MetadataRule
  | { readonly type: 'and'; readonly rules: readonly MetadataRule[] }

/** An entry of the list that an enum or set field chooses from. */
export interface DatasourceEntry {
  /** Id of the entry, stored on the asset. */
  readonly externalId: string
  /** Text of the entry, shown to people. */
  readonly value: string
  /** True if the entry can be chosen. Deleted entries are inactive and can be restored. */
  readonly isActive: boolean
}

/** Definition of a structured metadata field. */
export interface MetadataField {
  readonly cloud: string
  /** Id of the field. Never changes and is never reused. */
  readonly externalId: string
  /** Name of the field, unique within the cloud. */
  readonly label: string
  readonly type: MetadataType
  readonly isMandatory: boolean
  /** Value for new assets that do not set the field. `null` for no default. */
  readonly defaultValue: MetadataValue | null
  readonly validation: MetadataValidation | null
  /** Entries of an enum or set field. Empty for other types. */
  readonly datasource: readonly DatasourceEntry[]
  /** True if user interfaces should not edit the field. The API still can. */
  readonly isReadonlyInUi: boolean
  /** True if new assets are created without the field, even if it is mandatory. */
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

/** Result of writing a structured metadata field. `stale`: the field was changed since it was read. */
export type FieldOutcome = 'written' | 'id-taken' | 'label-taken' | 'too-many' | 'stale'

/** A structured metadata field with its revision, which counts its changes. */
export interface StoredField {
  readonly field: MetadataField
  readonly revision: number
}

/** Returns the ids in a value that have no entry in a datasource. Deleted entries still count as entries. */
export function idsWithoutEntry(
  datasource: readonly DatasourceEntry[],
  value: MetadataValue | null,
): readonly string[] {
  const known = new Set(datasource.map(({ externalId }) => externalId))
  return [value].flat().filter((id): id is string => typeof id === 'string' && !known.has(id))
}

/** Returns an asset's `extra` members after an edit of its structured metadata. */
export function withMetadata(
  { metadata: held, ...extra }: AssetExtra,
  edit: MetadataEdit,
): AssetExtra {
  const entries = Object.entries({ ...held, ...edit }).filter(([, value]) => value !== null)
  return entries.length > 0
    ? { ...extra, metadata: Object.fromEntries(entries) as Metadata }
    : extra
}

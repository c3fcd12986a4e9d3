/** Structured metadata fields, and the removal of their values from assets. @module */

import type { Selectable } from 'kysely'
import {
  compareTexts,
  type Direction,
  type FieldOrder,
  type FieldOutcome,
  idsWithoutEntry,
  type MetadataEdit,
  type MetadataField,
  type StoredField,
  withMetadata,
} from '../metadata-fields.js'
import { all, first, type Operation, type Queries, run } from '../operation.js'
import { statement } from '../statement.js'
import type { MetadataFieldRow } from '../tables.js'
import { toAsset } from './asset-rows.js'

/** Maximum number of structured metadata fields in a cloud. */
const MAX_FIELDS = 200

/** Returns a cloud's structured metadata fields by position. Fields without a position come last, oldest first. Leaves out deleted fields. */
export function* listMetadataFields(
  queries: Queries,
  query: { cloud: string },
): Operation<readonly MetadataField[]> {
  const rows = yield* listRows(queries, query)
  return rows.map((row) => toStored(row).field).sort((one, other) => placeOf(one) - placeOf(other))
}

/** Stores an order for all fields of a cloud. */
export function* orderMetadataFields(
  queries: Queries,
  query: { cloud: string; orderBy: FieldOrder; direction: Direction; now: number },
): Operation<readonly MetadataField[]> {
  const sign = query.direction === 'asc' ? 1 : -1
  const rows = yield* listRows(queries, query)
  const stored = rows
    .map((row) => ({ ...toStored(row), createdAt: row.created_at }))
    .sort((one, other) => sign * compareFields(one, other, query.orderBy))
  for (const [position, { field, revision }] of stored.entries()) {
    yield* run(
      queries
        .updateTable('metadata_fields')
        .set({
          definition: JSON.stringify({ ...field, position }),
          revision: revision + 1,
          updated_at: query.now,
        })
        .where('cloud', '=', field.cloud)
        .where('external_id', '=', field.externalId),
    )
  }
  return stored.map(({ field }, position) => ({ ...field, position }))
}

/** Reads a structured metadata field with its revision. */
export function* readMetadataField(
  queries: Queries,
  query: { cloud: string; externalId: string },
): Operation<StoredField | null> {
  const row = yield* readRow(queries, query)
  return row && row.deleted_at === null ? toStored(row) : null
}

/** Creates a structured metadata field, or replaces it if it still has the given revision. */
export function* writeMetadataField(
  queries: Queries,
  { field, revision, now }: { field: MetadataField; revision: number | null; now: number },
): Operation<FieldOutcome> {
  const existing = yield* readRow(queries, field)
  if (revision === null && existing) return 'id-taken'
  if (revision !== null && (existing?.revision !== revision || existing.deleted_at !== null)) {
    return 'stale'
  }
  const others = yield* listMetadataFields(queries, field)
  const isTaken = others.some(
    ({ label, externalId }) => label === field.label && externalId !== field.externalId,
  )
  if (isTaken) return 'label-taken'
  if (revision === null && others.length >= MAX_FIELDS) return 'too-many'
  const row = { definition: JSON.stringify(field), revision: (revision ?? 0) + 1, updated_at: now }
  const key = { cloud: field.cloud, external_id: field.externalId }
  yield* run(
    revision === null
      ? queries
          .insertInto('metadata_fields')
          .values({ ...key, ...row, created_at: now, deleted_at: null })
      : queries
          .updateTable('metadata_fields')
          .set(row)
          .where((eb) => eb.and(key)),
  )
  return 'written'
}

/** Adds new values as entries to fields whose lists may grow, in the transaction that stores the values on the asset. */
export function* addDynamicValues(
  queries: Queries,
  query: { cloud: string; values: MetadataEdit; now: number },
): Operation<void> {
  for (const [externalId, value] of Object.entries(query.values)) {
    if (value === null || typeof value === 'number') continue
    const row = yield* readRow(queries, { cloud: query.cloud, externalId })
    if (!row || row.deleted_at !== null) continue
    const { field, revision } = toStored(row)
    const added = idsWithoutEntry(field.datasource, value)
    if (!field.allowsDynamicValues || added.length === 0) continue
    const entries = added.map((id) => ({ externalId: id, value: id, isActive: true }))
    const definition = JSON.stringify({ ...field, datasource: [...field.datasource, ...entries] })
    yield* run(
      queries
        .updateTable('metadata_fields')
        .set({ definition, revision: revision + 1, updated_at: query.now })
        .where('cloud', '=', query.cloud)
        .where('external_id', '=', externalId),
    )
  }
}

/** Marks a structured metadata field as deleted, so that its id is not used again. */
export function* destroyMetadataField(
  queries: Queries,
  query: { cloud: string; externalId: string; now: number },
): Operation<boolean> {
  const changes = yield* run(
    queries
      .updateTable('metadata_fields')
      .set({ deleted_at: query.now })
      .where('cloud', '=', query.cloud)
      .where('external_id', '=', query.externalId)
      .where('deleted_at', 'is', null),
  )
  return changes > 0
}

/** Removes a field's values from one page of a cloud's assets. */
export function* stripMetadata(
  queries: Queries,
  query: { cloud: string; externalId: string; after: string; maxResults: number },
): Operation<{ after: string | null }> {
  const rows = yield* all(
    queries
      .selectFrom('assets')
      .selectAll()
      .where('cloud', '=', query.cloud)
      .where('asset_id', '>', query.after)
      .orderBy('asset_id')
      .limit(query.maxResults),
  )
  for (const { assetId, extra } of rows.map(toAsset)) {
    if (!extra.metadata || !Object.hasOwn(extra.metadata, query.externalId)) continue
    const stripped = withMetadata(extra, { [query.externalId]: null })
    yield* run(
      queries
        .updateTable('assets')
        .set({ extra: JSON.stringify(stripped) })
        .where('asset_id', '=', assetId),
    )
  }
  const last = rows.length < query.maxResults ? undefined : rows.at(-1)
  return { after: last?.asset_id ?? null }
}

function listRows(
  queries: Queries,
  query: { cloud: string },
): Operation<readonly Selectable<MetadataFieldRow>[]> {
  return all(selectFields(queries, query))
}

const selectFields = statement((queries, query: { cloud: string }) =>
  queries
    .selectFrom('metadata_fields')
    .selectAll()
    .where('cloud', '=', query.cloud)
    .where('deleted_at', 'is', null)
    .orderBy('created_at')
    .orderBy('external_id'),
)

// A number, so that two fields without a position compare as equal.
function placeOf({ position = MAX_FIELDS }: MetadataField): number {
  return position
}

type DatedField = Pick<StoredField, 'field'> & { readonly createdAt: number }

function compareFields(one: DatedField, other: DatedField, orderBy: FieldOrder): number {
  const byId = compareTexts(one.field.externalId, other.field.externalId)
  if (orderBy === 'createdAt') return one.createdAt - other.createdAt || byId
  return compareTexts(one.field[orderBy], other.field[orderBy]) || byId
}

function readRow(
  queries: Queries,
  { cloud, externalId }: { cloud: string; externalId: string },
): Operation<Selectable<MetadataFieldRow> | undefined> {
  return first(selectField(queries, { cloud, externalId }))
}

const selectField = statement((queries, query: { cloud: string; externalId: string }) =>
  queries
    .selectFrom('metadata_fields')
    .selectAll()
    .where('cloud', '=', query.cloud)
    .where('external_id', '=', query.externalId),
)

function toStored({ definition, revision }: Selectable<MetadataFieldRow>): StoredField {
  return { field: JSON.parse(definition), revision }
}

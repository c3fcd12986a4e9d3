/** Reads and changes the entries of metadata fields of the types `enum` and `set`. @module */

import { MediaError } from '@countersign/protocol/errors'
import * as v from 'valibot'
import {
  compareTexts,
  type DatasourceEntry,
  type Direction,
  type MetadataField,
  type MetadataType,
} from '../catalog/metadata-fields.js'
import { randomName } from '../catalog/random-name.js'

/** Maximum entries of one field, deleted entries included. */
export const MAX_ENTRIES = 3000
/** Maximum characters of an entry's id, and of its value. */
export const MAX_CHARACTERS = 255

/**
 * Reads a list of entries, `[{"external_id", "value"}]`. An entry without an id gets a random one.
 * @throws MediaError PARAM_INVALID if the field is not of type `enum` or `set`, or an entry is invalid.
 */
export function readEntries(type: MetadataType, said: unknown): readonly DatasourceEntry[] {
  assertHasEntries(type)
  if (!Array.isArray(said) || said.length > MAX_ENTRIES) {
    throw invalid(`must have a list of at most ${MAX_ENTRIES} values`)
  }
  const entries = said.map(readEntry)
  if (new Set(entries.map(({ externalId }) => externalId)).size < entries.length) {
    throw invalid('must not repeat an external_id')
  }
  return entries
}

/**
 * Returns the entries after an addition. An added entry replaces the entry with the same id.
 * @throws MediaError PARAM_INVALID if the list would have too many entries.
 */
export function mergeEntries(
  held: readonly DatasourceEntry[],
  added: readonly DatasourceEntry[],
): readonly DatasourceEntry[] {
  const merged = new Map([...held, ...added].map((entry) => [entry.externalId, entry]))
  if (merged.size > MAX_ENTRIES) throw invalid(`must be at most ${MAX_ENTRIES} values`)
  return [...merged.values()]
}

/**
 * Returns the field with the named entries deleted or restored.
 * @throws MediaError PARAM_INVALID with the ids that the field does not have.
 */
export function switchEntries(
  field: MetadataField,
  {
    externalIds,
    isActive,
  }: { readonly externalIds: readonly string[]; readonly isActive: boolean },
): MetadataField {
  const known = new Set(field.datasource.map(({ externalId }) => externalId))
  const unknown = externalIds.filter((id) => !known.has(id))
  if (unknown.length > 0) {
    throw invalid(`has no entries ${JSON.stringify(unknown).slice(0, 1000)}`)
  }
  const datasource = field.datasource.map((entry) =>
    externalIds.includes(entry.externalId) ? { ...entry, isActive } : entry,
  )
  return { ...field, datasource }
}

/**
 * Returns the entries of a field sorted by value, deleted entries included.
 * @throws MediaError PARAM_INVALID if the field is not of type `enum` or `set`.
 */
export function orderEntries(
  { type, datasource }: MetadataField,
  direction: Direction,
): readonly DatasourceEntry[] {
  assertHasEntries(type)
  const sign = direction === 'asc' ? 1 : -1
  return [...datasource].sort((one, other) => sign * compareTexts(one.value, other.value))
}

function assertHasEntries(type: MetadataType): void {
  if (type !== 'enum' && type !== 'set') throw invalid('is only for enum and set')
}

const memberText = (name: string) => {
  const message = `must have a ${name} of 1 to ${MAX_CHARACTERS} characters in each entry`
  return v.pipe(v.string(message), v.minLength(1, message), v.maxLength(MAX_CHARACTERS, message))
}

const NO_VALUE = `must have a value of 1 to ${MAX_CHARACTERS} characters in each entry`
const entrySchema = v.object(
  {
    external_id: v.nullish(memberText('external_id'), () => randomName(20)),
    // A missing value is an error of its own kind for valibot, so it becomes an empty text first.
    value: v.optional(memberText('value'), ''),
    state: v.optional(v.unknown()),
  },
  NO_VALUE,
)

function readEntry(said: unknown): DatasourceEntry {
  const { success, output, issues } = v.safeParse(entrySchema, said, { abortEarly: true })
  if (!success) throw invalid(issues[0].message)
  const { external_id: externalId, value, state } = output
  return { externalId, value, isActive: state !== 'inactive' }
}

function invalid(reason: string): MediaError {
  return new MediaError('PARAM_INVALID', {
    message: `datasource ${reason}`,
    details: { param: 'datasource' },
  })
}

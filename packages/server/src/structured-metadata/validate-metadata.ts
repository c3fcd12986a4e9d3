/** Validates values of structured metadata against their fields. @module */

import { MediaError } from '@countersign/protocol/errors'
import { parseWholeNumber } from '@countersign/protocol/params'
import {
  idsWithoutEntry,
  type Metadata,
  type MetadataEdit,
  type MetadataField,
  type MetadataRule,
  type MetadataValue,
} from '../catalog/metadata-fields.js'
import type { SentMetadata } from '../params/sent-metadata.js'
import { MAX_CHARACTERS, MAX_ENTRIES } from './data-source.js'

/**
 * Validates sent metadata values against the fields of a cloud. A blank value clears the stored value.
 * @throws MediaError PARAM_INVALID `Metadata External IDs do not exist: ["x"]`, or with the name of the field and its valid values.
 */
export function checkMetadata(fields: readonly MetadataField[], sent: SentMetadata): MetadataEdit {
  const known = new Map(fields.map((field) => [field.externalId, field]))
  const unknown = Object.keys(sent).filter((id) => !known.has(id))
  if (unknown.length > 0) {
    throw invalid(`Metadata External IDs do not exist: ${JSON.stringify(unknown).slice(0, 1000)}`)
  }
  const values = fields.flatMap((field) => {
    if (!Object.hasOwn(sent, field.externalId)) return []
    return [[field.externalId, checkValue(field, sent[field.externalId])] as const]
  })
  return Object.fromEntries(values)
}

/** Returns the default metadata of a new asset. Leaves out fields without a default, and fields that are disabled by default. */
export function defaultMetadata(fields: readonly MetadataField[]): Metadata {
  const values = fields.flatMap(({ externalId, defaultValue, isDisabledByDefault }) =>
    defaultValue === null || isDisabledByDefault ? [] : [[externalId, defaultValue] as const],
  )
  return Object.fromEntries(values)
}

/** Returns an edit that removes stored values that their fields no longer accept, and values without a field. */
export function clearInvalid(
  fields: readonly MetadataField[],
  held: Metadata | undefined,
): MetadataEdit {
  const known = new Map(fields.map((field) => [field.externalId, field]))
  const ids = Object.entries(held ?? {}).flatMap(([id, value]) => {
    const field = known.get(id)
    return field && readValue(field, value) !== undefined ? [] : [id]
  })
  return Object.fromEntries(ids.map((id) => [id, null]))
}

/** Members of a metadata field that decide which values it accepts. */
export type ValueRules = Pick<
  MetadataField,
  'type' | 'validation' | 'datasource' | 'allowsDynamicValues'
>

/** Returns a value in the form that its field stores, or `undefined` if the field does not accept it. */
export function readValue(field: ValueRules, sent: unknown): MetadataValue | undefined {
  const value = typed(field, sent)
  return value !== undefined && rulesOf(field).every((rule) => passes(rule, value))
    ? value
    : undefined
}

function checkValue(field: MetadataField, sent: unknown): MetadataValue | null {
  if (isBlank(sent)) {
    if (!field.isMandatory) return null
    throw invalid(`metadata ${field.externalId} is mandatory: it cannot be cleared`)
  }
  const value = readValue(field, sent)
  if (value !== undefined) return assertRoom(field, value)
  throw invalid(`metadata ${field.externalId} is invalid: it must be ${expectation(field)}`)
}

function assertRoom(field: MetadataField, value: MetadataValue): MetadataValue {
  const { externalId, datasource, allowsDynamicValues } = field
  const added = allowsDynamicValues ? idsWithoutEntry(datasource, value).length : 0
  if (added === 0 || datasource.length + added <= MAX_ENTRIES) return value
  throw invalid(`metadata ${externalId} is invalid: its list has at most ${MAX_ENTRIES} entries`)
}

function isBlank(sent: unknown): boolean {
  if (Array.isArray(sent)) return sent.length === 0
  return sent === null || sent === undefined || sent === '' || sent === '[]'
}

function typed(field: ValueRules, sent: unknown): MetadataValue | undefined {
  const text = typeof sent === 'number' ? String(sent) : sent
  switch (field.type) {
    case 'set':
      return readEntries(field, sent)
    case 'enum':
      return entryId(field, text)
    case 'integer':
      return typeof text === 'string' ? parseWholeNumber(text) : undefined
    case 'date':
      return typeof text === 'string' && isDate(text) ? text : undefined
    case 'string':
      return typeof text === 'string' ? text : undefined
  }
}

/** Reads the entries of a `set`: a list, the JSON text of a list, or a single entry. */
function readEntries(field: ValueRules, sent: unknown): readonly string[] | undefined {
  const list = typeof sent === 'string' && sent.startsWith('[') ? parseList(sent) : [sent].flat()
  const ids = (list ?? []).map((id) => entryId(field, id))
  const known = ids.filter((id) => id !== undefined)
  return known.length > 0 && known.length === ids.length ? [...new Set(known)] : undefined
}

function parseList(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Returns the id of an active entry. If the list may grow, also matches an entry by its value, or returns the id for a new entry. */
function entryId(
  { datasource, allowsDynamicValues }: ValueRules,
  sent: unknown,
): string | undefined {
  if (typeof sent !== 'string') return undefined
  const held =
    datasource.find(({ externalId }) => externalId === sent) ??
    (allowsDynamicValues ? datasource.find(({ value }) => value === sent) : undefined)
  if (held) return held.isActive ? held.externalId : undefined
  const isEntry = sent.trim() !== '' && sent.length <= MAX_CHARACTERS
  return allowsDynamicValues && isEntry ? sent : undefined
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

function rulesOf({ validation }: ValueRules): readonly MetadataRule[] {
  if (validation === null) return []
  return validation.type === 'and' ? validation.rules : [validation]
}

function passes(rule: MetadataRule, value: MetadataValue): boolean {
  if (rule.type === 'strlen') {
    const length = typeof value === 'string' ? [...value].length : 0
    return length >= (rule.min ?? 0) && length <= (rule.max ?? Number.POSITIVE_INFINITY)
  }
  // Dates are YYYY-MM-DD, so their order as text is their order in time.
  if (value === rule.value) return rule.equals
  return rule.type === 'greater_than' ? value > rule.value : value < rule.value
}

const EXPECTATIONS: Readonly<Record<MetadataField['type'], string>> = {
  string: 'text',
  integer: 'a whole number',
  date: 'a date, YYYY-MM-DD',
  enum: 'the external id of an active entry',
  set: 'a list of external ids of active entries',
}

function expectation(field: ValueRules): string {
  const type = EXPECTATIONS[field.type]
  return field.validation === null
    ? type
    : `${type} that passes ${JSON.stringify(field.validation)}`
}

function invalid(message: string): MediaError {
  return new MediaError('PARAM_INVALID', { message, details: { param: 'metadata' } })
}

/** Reads the definition of a metadata field from a request. @module */

import { MediaError } from '@countersign/protocol/errors'
import type {
  MetadataField,
  MetadataRule,
  MetadataType,
  MetadataValidation,
  MetadataValue,
} from '../catalog/metadata-fields.js'
import { mergeEntries, readEntries } from './data-source.js'
import { readValue } from './validate-metadata.js'

/** Members of a metadata field in a request, under wire names. Absent members do not change. */
export type FieldChanges = Readonly<Record<string, unknown>>

const TYPES: readonly string[] = ['string', 'integer', 'date', 'enum', 'set']
const MAX_TEXT_CHARACTERS = 255
const MAX_RULES = 10

/**
 * Returns a new metadata field with the members of a request.
 * @throws MediaError PARAM_INVALID or PARAM_MISSING with the name of the member and its valid values.
 */
export function newMetadataField(
  target: { readonly cloud: string; readonly externalId: string },
  said: FieldChanges,
): MetadataField {
  assertExternalId(target.externalId)
  if (said.label === undefined) throw missing('label')
  const type = readType(said.type)
  const field: MetadataField = {
    ...target,
    type,
    label: '',
    isMandatory: false,
    defaultValue: null,
    validation: null,
    datasource: [],
    isReadonlyInUi: false,
    isDisabledByDefault: false,
  }
  if ((type === 'enum' || type === 'set') && said.datasource === undefined) {
    throw missing('datasource')
  }
  return changeMetadataField(field, said)
}

/**
 * Returns the field after a change. `null` unsets an optional member. `external_id` and `type` are ignored, because the official SDKs
 * send both with every update and neither can change.
 * @throws MediaError PARAM_INVALID with the name of the member and its valid values.
 */
export function changeMetadataField(field: MetadataField, said: FieldChanges): MetadataField {
  const changed: MetadataField = {
    ...field,
    label: said.label === undefined ? field.label : readLabel(said.label),
    isMandatory: readBoolean('mandatory', said.mandatory) ?? field.isMandatory,
    validation:
      said.validation === undefined
        ? field.validation
        : readValidation(field.type, said.validation),
    datasource:
      said.datasource === undefined
        ? field.datasource
        : mergeEntries(field.datasource, readEntries(field.type, Object(said.datasource).values)),
    isReadonlyInUi:
      readBoolean('restrictions.readonly_ui', Object(said.restrictions).readonly_ui) ??
      field.isReadonlyInUi,
    isDisabledByDefault:
      readBoolean('default_disabled', said.default_disabled) ?? field.isDisabledByDefault,
    allowsDynamicValues:
      readBoolean('allow_dynamic_list_values', said.allow_dynamic_list_values) ??
      field.allowsDynamicValues ??
      false,
  }
  return assertDefault({
    ...changed,
    defaultValue: readDefault(changed, said.default_value),
  })
}

/**
 * Checks that a field accepts its own default value. Returns the field.
 * @throws MediaError PARAM_INVALID `default_value is invalid`, or that a mandatory field needs a default value.
 */
export function assertDefault(field: MetadataField): MetadataField {
  const { defaultValue } = field
  if (defaultValue === null && field.isMandatory) {
    throw invalid('default_value', 'is required: the field is mandatory')
  }
  if (defaultValue !== null && readListed(field, defaultValue) === undefined) {
    throw invalid('default_value', 'is invalid')
  }
  return field
}

function readDefault(field: MetadataField, said: unknown): MetadataField['defaultValue'] {
  if (said === undefined) return field.defaultValue
  if (said === null || said === '') return null
  const value = readListed(field, said)
  if (value === undefined) throw invalid('default_value', 'is invalid')
  return value
}

// A default must be an entry of the list already, even if the list may grow.
function readListed(field: MetadataField, said: unknown): MetadataValue | undefined {
  return readValue({ ...field, allowsDynamicValues: false }, said)
}

function readType(said: unknown): MetadataType {
  if (said === undefined) throw missing('type')
  if (typeof said === 'string' && TYPES.includes(said)) return said as MetadataType
  throw invalid('type', `must be one of ${TYPES.join(', ')}`)
}

function readLabel(said: unknown): string {
  const label = typeof said === 'string' ? said.trim() : ''
  if (label !== '' && label.length <= MAX_TEXT_CHARACTERS) return label
  throw invalid('label', `must be a text of 1 to ${MAX_TEXT_CHARACTERS} characters`)
}

// External ids appear in `id=value|…`, in lists and in URL paths.
function assertExternalId(id: string): void {
  if (/^[\p{L}\p{N}_.-]{1,255}$/u.test(id) && id !== '__proto__') return
  throw invalid('external_id', 'must be 1 to 255 letters, digits, "_", "-" and "."')
}

function readBoolean(name: string, said: unknown): boolean | undefined {
  if (said === undefined || said === null) return undefined
  if (typeof said === 'boolean') return said
  throw invalid(name, 'must be true or false')
}

function readValidation(type: MetadataType, said: unknown): MetadataValidation | null {
  if (said === null) return null
  const { type: kind, rules } = Object(said)
  if (kind !== 'and') return readRule(type, said)
  if (!Array.isArray(rules) || rules.length === 0 || rules.length > MAX_RULES) {
    throw invalid('validation', `must have 1 to ${MAX_RULES} rules`)
  }
  return { type: 'and', rules: rules.map((rule) => readRule(type, rule)) }
}

function readRule(fieldType: MetadataType, said: unknown): MetadataRule {
  const { type, min, max, value, equals } = Object(said)
  if (type === 'strlen' && fieldType === 'string') {
    const bounds = { ...readBound('min', min), ...readBound('max', max) }
    if (Object.keys(bounds).length > 0 && (bounds.min ?? 0) <= (bounds.max ?? Infinity)) {
      return { type, ...bounds }
    }
    throw invalid('validation', 'strlen must have min or max, and min may not be above max')
  }
  const isComparable = fieldType === 'integer' || fieldType === 'date'
  if ((type === 'greater_than' || type === 'less_than') && isComparable) {
    return { type, value: readLimit(fieldType, value), equals: equals === true }
  }
  throw invalid(
    'validation',
    'must be strlen for a string, greater_than or less_than for an integer or a date, or and with such rules',
  )
}

function readBound<Name extends string>(name: Name, said: unknown): { [Key in Name]?: number } {
  if (said === undefined || said === null) return {}
  if (typeof said === 'number' && Number.isSafeInteger(said) && said >= 0) {
    return { [name]: said } as { [Key in Name]?: number }
  }
  throw invalid('validation', `${name} must be a whole number, 0 or more`)
}

function readLimit(type: 'integer' | 'date', said: unknown): string | number {
  const field = { type, validation: null, datasource: [] }
  const value = readValue(field, said)
  if (typeof value === 'string' || typeof value === 'number') return value
  throw invalid('validation', `value must be ${type === 'date' ? 'a date' : 'a whole number'}`)
}

function invalid(name: string, reason: string): MediaError {
  return new MediaError('PARAM_INVALID', { message: `${name} ${reason}`, details: { param: name } })
}

function missing(name: string): MediaError {
  return new MediaError('PARAM_MISSING', {
    message: `Missing required parameter - ${name}`,
    details: { param: name },
  })
}

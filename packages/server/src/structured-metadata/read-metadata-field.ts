/** Reads the definition of a metadata field from a request. @module */

import { MediaError } from '@countersign/protocol/errors'
import * as v from 'valibot'
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
    label: said.label === undefined ? field.label : readMember('label', labelSchema, said.label),
    isMandatory: readFlag('mandatory', said.mandatory) ?? field.isMandatory,
    validation:
      said.validation === undefined
        ? field.validation
        : readValidation(field.type, said.validation),
    datasource:
      said.datasource === undefined
        ? field.datasource
        : mergeEntries(
            field.datasource,
            readEntries(field.type, memberOf(said.datasource, 'values')),
          ),
    isReadonlyInUi:
      readFlag('restrictions.readonly_ui', memberOf(said.restrictions, 'readonly_ui')) ??
      field.isReadonlyInUi,
    isDisabledByDefault:
      readFlag('default_disabled', said.default_disabled) ?? field.isDisabledByDefault,
    allowsDynamicValues:
      readFlag('allow_dynamic_list_values', said.allow_dynamic_list_values) ??
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

const typeSchema = v.picklist(
  ['string', 'integer', 'date', 'enum', 'set'] satisfies readonly MetadataType[],
  'must be one of string, integer, date, enum, set',
)

function readType(said: unknown): MetadataType {
  if (said === undefined) throw missing('type')
  return readMember('type', typeSchema, said)
}

const NO_LABEL = `must be a text of 1 to ${MAX_TEXT_CHARACTERS} characters`
const labelSchema = v.pipe(
  v.string(NO_LABEL),
  v.trim(),
  v.minLength(1, NO_LABEL),
  v.maxLength(MAX_TEXT_CHARACTERS, NO_LABEL),
)

// External ids appear in `id=value|…`, in lists and in URL paths.
function assertExternalId(id: string): void {
  if (/^[\p{L}\p{N}_.-]{1,255}$/u.test(id) && id !== '__proto__') return
  throw invalid('external_id', 'must be 1 to 255 letters, digits, "_", "-" and "."')
}

const flagSchema = v.nullish(v.boolean('must be true or false'))

function readFlag(name: string, said: unknown): boolean | undefined {
  return readMember(name, flagSchema, said) ?? undefined
}

/** Reads one member of an object; `undefined` if there is no such object. */
function memberOf(said: unknown, name: string): unknown {
  return v.parse(v.fallback(v.record(v.string(), v.unknown()), {}), said)[name]
}

const RULE_COUNT = `must have 1 to ${MAX_RULES} rules`
const rulesSchema = v.pipe(
  v.array(v.unknown(), RULE_COUNT),
  v.minLength(1, RULE_COUNT),
  v.maxLength(MAX_RULES, RULE_COUNT),
)

function readValidation(type: MetadataType, said: unknown): MetadataValidation | null {
  if (said === null) return null
  if (memberOf(said, 'type') !== 'and') return readRule(type, said)
  const rules = readMember('validation', rulesSchema, memberOf(said, 'rules'))
  return { type: 'and', rules: rules.map((rule) => readRule(type, rule)) }
}

const NO_RULE =
  'must be strlen for a string, greater_than or less_than for an integer or a date, or and with such rules'

const boundSchema = (name: string) => {
  const message = `${name} must be a whole number, 0 or more`
  return v.nullish(v.pipe(v.number(message), v.safeInteger(message), v.minValue(0, message)))
}

const lengthSchema = v.pipe(
  v.object(
    { type: v.literal('strlen', NO_RULE), min: boundSchema('min'), max: boundSchema('max') },
    NO_RULE,
  ),
  v.check(
    ({ min, max }) => (min ?? max) != null && (min ?? 0) <= (max ?? Infinity),
    'strlen must have min or max, and min may not be above max',
  ),
  v.transform(({ type, min, max }) => ({
    type,
    ...(min == null ? {} : { min }),
    ...(max == null ? {} : { max }),
  })),
)

const comparisonSchema = v.object(
  {
    type: v.picklist(['greater_than', 'less_than'], NO_RULE),
    value: v.optional(v.unknown()),
    equals: v.optional(v.unknown()),
  },
  NO_RULE,
)

function readRule(fieldType: MetadataType, said: unknown): MetadataRule {
  if (fieldType === 'string') return readMember('validation', lengthSchema, said)
  if (fieldType !== 'integer' && fieldType !== 'date') throw invalid('validation', NO_RULE)
  const { type, value, equals } = readMember('validation', comparisonSchema, said)
  return { type, value: readLimit(fieldType, value), equals: equals === true }
}

function readLimit(type: 'integer' | 'date', said: unknown): string | number {
  const field = { type, validation: null, datasource: [] }
  const value = readValue(field, said)
  if (typeof value === 'string' || typeof value === 'number') return value
  throw invalid('validation', `value must be ${type === 'date' ? 'a date' : 'a whole number'}`)
}

/** Returns a member as its schema reads it. @throws MediaError PARAM_INVALID with the member's name and the schema's message. */
function readMember<Output>(
  name: string,
  schema: v.GenericSchema<unknown, Output>,
  said: unknown,
): Output {
  const { success, output, issues } = v.safeParse(schema, said, { abortEarly: true })
  if (!success) throw invalid(name, issues[0].message)
  return output
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

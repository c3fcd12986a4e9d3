/** Creates parameter rules from a Standard Schema, such as one of valibot or zod. @module */

import { PARAMS } from '@countersign/protocol/params'
import { canonicalValue } from './canonical-value.js'
import { parsePairs, serializePairs } from './pairs.js'
import { type Checked, type Rule, refuse } from './rule.js'

/**
 * Part of a Standard Schema that the endpoint uses. The schemas of valibot, zod, arktype and others have it.
 * @see https://standardschema.dev
 */
export interface StandardSchema {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult | Promise<SchemaResult>
  }
}

/** Result of a schema: the validated value, or the issues. */
export type SchemaResult =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

/** Reason why a schema refused a value. */
export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

const MAX_SCHEMA_ISSUES = 5

/**
 * Creates a rule that validates a parameter with a Standard Schema. The output of the schema is signed.
 *
 * The schema receives `context` and `metadata` as an object of strings, a list as an array of strings, and any other parameter as a string.
 * If the client sent no value, the schema receives `{}` for `context` and `metadata`, and `undefined` for other parameters.
 *
 * @throws TypeError if `standard` is not a Standard Schema. At the request, if the schema is asynchronous or its output cannot be signed.
 * @example
 * context: schema(v.strictObject({ alt: v.pipe(v.string(), v.maxLength(200)) }))
 */
export function schema(standard: StandardSchema): Rule {
  const props = standard?.['~standard']
  if (props?.version !== 1 || typeof props.validate !== 'function') {
    throw new TypeError('schema: needs a Standard Schema, such as one of valibot, zod or arktype')
  }
  return {
    describe: { schema: props.vendor },
    check: (asked, { param }) => {
      const form = formOf(param)
      const input = form.parse(asked)
      if (asked !== undefined && input === undefined) {
        return refuse('malformed', 'must be written as key=value|key=value, each key once')
      }
      const result = props.validate(input)
      if (result instanceof Promise) {
        throw new TypeError(`params: the schema of ${param} must not be asynchronous`)
      }
      return result.issues ? refuseBy(result.issues) : sign(form.serialize(result.value), param)
    },
  }
}

interface Form {
  /** Parses the text on the wire; `undefined` if the text is malformed. */
  parse(text: string | undefined): unknown
  /** Serializes the output of a schema; `undefined` if the output cannot be signed. */
  serialize(value: unknown): string | undefined
}

const PAIRS: Form = {
  parse: (text) => (text === undefined ? {} : parsePairs(text)),
  serialize: (value) => (value === undefined ? '' : serializePairs(value)),
}

const LIST: Form = { parse: (text) => text?.split(','), serialize: textOf }

const TEXT: Form = { parse: (text) => text, serialize: textOf }

function formOf(param: string): Form {
  const type = PARAMS.get(param)?.type
  return type === 'pairs' ? PAIRS : type === 'list' ? LIST : TEXT
}

function textOf(value: unknown): string | undefined {
  if (value === undefined) return ''
  const canonical = canonicalValue(value, { isNormalized: true })
  return canonical.ok ? canonical.text : undefined
}

function sign(text: string | undefined, param: string): Checked {
  if (text === undefined) {
    throw new TypeError(`params: the output of the schema of ${param} cannot be signed as text`)
  }
  return text === '' ? {} : { value: text }
}

function refuseBy(issues: readonly SchemaIssue[]): Checked {
  const sentences = issues.slice(0, MAX_SCHEMA_ISSUES).map(({ message, path = [] }) => {
    const where = path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.')
    const text = message.slice(0, 200).replace(/\.$/, '')
    return where === '' ? text : `${where}: ${text}`
  })
  return refuse('invalid', `is not valid: ${sentences.join('; ')}`)
}

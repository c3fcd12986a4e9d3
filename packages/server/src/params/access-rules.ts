/** Parses `access_control` and `access_mode`, the rules for who may see an asset. @module */

import * as v from 'valibot'
import type { AccessRule } from '../catalog/asset.js'
import { invalidParam, parseJsonParam } from './param-values.js'

const MAX_RULES = 10
const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d{1,9})? ?(Z|[+-]\d\d:?\d\d)?)?$/i

const time = (name: 'start' | 'end') =>
  v.nullish(
    v.pipe(
      v.unknown(),
      v.rawTransform(({ dataset, addIssue, NEVER }) => {
        const text = toUtc(String(dataset.value))
        if (text !== null) return text
        addIssue({ message: `has a rule whose ${name} is not a time in ISO 8601` })
        return NEVER
      }),
    ),
  )

const unsupportedMember = (issue: v.StrictObjectIssue): string =>
  `has a rule with ${String(issue.path?.at(-1)?.key).slice(0, 64)}, which is not supported`

const ruleSchema = v.variant(
  'access_type',
  [
    v.strictObject({ access_type: v.literal('token') }, unsupportedMember),
    v.strictObject(
      { access_type: v.literal('anonymous'), start: time('start'), end: time('end') },
      unsupportedMember,
    ),
  ],
  'must have rules of access_type token or anonymous',
)

/**
 * Parses `access_control`, a JSON array of at most 10 rules.
 * @returns The rules; `null` for an empty array, which removes all rules; `undefined` if the parameter was not sent.
 * @throws MediaError PARAM_INVALID if the text is not such an array, or if a rule has a member that this server does not enforce.
 */
export function parseAccessControl(
  text: string | undefined,
): readonly AccessRule[] | null | undefined {
  if (text === undefined) return undefined
  const value = parseJsonParam('access_control', text)
  if (!Array.isArray(value) || value.length > MAX_RULES) {
    throw invalidParam('access_control', `must be a JSON array of at most ${MAX_RULES} rules`)
  }
  return value.length === 0 ? null : value.map(parseRule)
}

/**
 * Parses `access_mode`, the older form of `access_control`.
 * @returns `null` for `public`; `undefined` if the parameter was not sent.
 * @throws MediaError PARAM_INVALID for any value except `public` and `authenticated`.
 */
export function parseAccessMode(text: string | undefined): 'authenticated' | null | undefined {
  if (text === undefined) return undefined
  if (text === 'public') return null
  if (text === 'authenticated') return text
  throw invalidParam(
    'access_mode',
    `must be public or authenticated, received ${text.slice(0, 64)}`,
  )
}

function parseRule(said: unknown): AccessRule {
  const { success, output, issues } = v.safeParse(ruleSchema, said, { abortEarly: true })
  if (!success) throw invalidParam('access_control', issues[0].message)
  if (output.access_type === 'token') return { accessType: 'token' }
  const { start, end } = output
  if (start && end && start >= end) {
    throw invalidParam('access_control', 'has a rule whose start is not before its end')
  }
  return { accessType: 'anonymous', ...(start ? { start } : {}), ...(end ? { end } : {}) }
}

/** Converts a time to ISO 8601 in UTC with seconds, so that times sort as text. Returns `null` for any other text. */
function toUtc(text: string): string | null {
  const [, date, clock = '00:00', zone = 'Z'] = TIME.exec(text) ?? []
  const milliseconds = date === undefined ? Number.NaN : Date.parse(`${date}T${clock}${zone}`)
  return Number.isNaN(milliseconds)
    ? null
    : new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** Parses `access_control` and `access_mode`, the rules for who may see an asset. @module */

import type { AccessRule } from '../catalog/asset.js'
import { invalidParam, parseJsonParam } from './param-values.js'

const MAX_RULES = 10
const MEMBERS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['token', ['access_type']],
  ['anonymous', ['access_type', 'start', 'end']],
])
const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d{1,9})? ?(Z|[+-]\d\d:?\d\d)?)?$/i

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

function parseRule(rule: unknown): AccessRule {
  const { access_type: accessType, start, end } = Object(rule)
  const members = MEMBERS.get(accessType)
  if (!members) {
    throw invalidParam('access_control', 'must have rules of access_type token or anonymous')
  }
  const unknown = Object.keys(Object(rule)).find((name) => !members.includes(name))
  if (unknown !== undefined) {
    throw invalidParam(
      'access_control',
      `has a rule with ${unknown.slice(0, 64)}, which is not supported`,
    )
  }
  if (accessType === 'token') return { accessType }
  const window = { ...parseTime('start', start), ...parseTime('end', end) }
  if (window.start !== undefined && window.end !== undefined && window.start >= window.end) {
    throw invalidParam('access_control', 'has a rule whose start is not before its end')
  }
  return { accessType, ...window }
}

/** Converts a time to ISO 8601 in UTC with seconds, so that times sort as text. */
function parseTime<Name extends 'start' | 'end'>(
  name: Name,
  value: unknown,
): { [Member in Name]?: string } {
  if (value === undefined || value === null) return {}
  const [, date, time = '00:00', zone = 'Z'] = TIME.exec(String(value)) ?? []
  const milliseconds = date === undefined ? Number.NaN : Date.parse(`${date}T${time}${zone}`)
  if (Number.isNaN(milliseconds)) {
    throw invalidParam('access_control', `has a rule whose ${name} is not a time in ISO 8601`)
  }
  const text = new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')
  return { [name]: text } as { [Member in Name]?: string }
}

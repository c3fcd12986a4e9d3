/** The types of a rule, which checks or sets the value of one parameter, and the functions that rules share. @module */

import { canonicalValue } from './canonical-value.js'

/** Reason why a rule refused a value. */
export interface RuleIssue {
  /** `forced`, `not_allowed`, `too_long`, `too_many`, `out_of_range`, `no_match`, `invalid`, `clock` or `malformed`. */
  readonly code: string
  /** Phrase for developers that follows the parameter's name, such as `must be at most 40 characters`. */
  readonly message: string
  /** Allowed value, or a short list of allowed values or bounds. */
  readonly expected?: unknown
}

/** Result of a rule: the value to sign, or the issue. Without a value, the parameter is not signed. */
export type Checked = { readonly value?: string } | { readonly issue: RuleIssue }

/** Time and parameter name that a rule checks a value with. */
export interface CheckContext {
  /** Time of the endpoint in Unix seconds. */
  readonly nowSeconds: number
  /** Name of the parameter on the wire. */
  readonly param: string
}

/** Rule for one upload parameter: checks the value that a client requested, or sets the value. */
export interface Rule {
  /** Description of the rule in the discovery document, with names of JSON Schema where one exists. */
  readonly describe: Readonly<Record<string, unknown>>
  /**
   * Checks the requested value, or sets a value.
   * @param value Text on the wire; `undefined` if the client sent no value.
   */
  check(value: string | undefined, context: CheckContext): Checked
}

/** Rule that sets a fixed value, as `force(...)` returns it. */
export interface Forced extends Rule {
  readonly forced: true
}

/** Value of a parameter in a policy. A list is joined with commas on the wire. */
export type RuleValue = string | number | boolean | readonly (string | number | boolean)[]

/** Returns whether a rule sets a fixed value. */
export function isForced(rule: Rule): rule is Forced {
  return Object.hasOwn(rule, 'forced') && (rule as Partial<Forced>).forced === true
}

/** Returns a value in quotes for a message, cut after 100 characters. */
export function quote(value: string): string {
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value)
}

/** Creates the result of a rule that refuses a value. */
export function refuse(code: string, message: string, expected?: unknown): Checked {
  return { issue: { code, message, ...(expected === undefined ? {} : { expected }) } }
}

/**
 * Converts a value of a policy to its text on the wire.
 * @throws TypeError if the value is empty or cannot be signed.
 */
export function ruleText(rule: string, value: RuleValue): string {
  const canonical = canonicalValue(value, { isNormalized: true })
  if (!canonical.ok) throw new TypeError(`${rule}: the value ${canonical.problem}`)
  // An empty value is never signed, so a rule that forces it would have no effect.
  if (canonical.text === '') throw new TypeError(`${rule}: the value is empty`)
  return canonical.text
}

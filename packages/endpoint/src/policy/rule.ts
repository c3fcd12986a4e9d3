/** What a rule is: it judges one parameter, or fills it in. @module */

import { canonicalValue } from './canonical-value.js'

/** Why a value was refused; `message` is a phrase that follows the parameter's name. */
export interface RuleIssue {
  /** `forced`, `not_allowed`, `too_long`, `too_many`, `out_of_range`, `no_match`, `invalid`, `clock` or `malformed`. */
  readonly code: string
  /** For a person, for example `must be at most 40 characters`. */
  readonly message: string
  /** What would have been right, where that is one value or a short list. */
  readonly expected?: unknown
}

/** What a rule says of one value: the value to sign (none: nothing is signed), or the issue. */
export type Checked = { readonly value?: string } | { readonly issue: RuleIssue }

/** When and how a rule is asked. */
export interface CheckContext {
  /** The server's time in Unix seconds. */
  readonly nowSeconds: number
  /** The parameter's name on the wire. */
  readonly param: string
}

/** Decides one parameter. */
export interface Rule {
  /** What `GET` tells the widget about this parameter, in the words of JSON Schema where they fit. */
  readonly describe: Readonly<Record<string, unknown>>
  /**
   * Judge the value that the client asked for, or fill it in.
   * @param value Text as on the wire; `undefined` when the client sent none.
   */
  check(value: string | undefined, context: CheckContext): Checked
}

/** A rule that leaves nothing to the client. */
export interface Forced extends Rule {
  readonly forced: true
}

/** A value that a policy may write down; lists travel joined with commas. */
export type RuleValue = string | number | boolean | readonly (string | number | boolean)[]

/** Whether a rule leaves nothing to the client. */
export function isForced(rule: Rule): rule is Forced {
  return Object.hasOwn(rule, 'forced') && (rule as Partial<Forced>).forced === true
}

/** A value in quotes for a message, cut where it is long. */
export function quote(value: string): string {
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value)
}

/** A refusal, for a rule to return. */
export function refuse(code: string, message: string, expected?: unknown): Checked {
  return { issue: { code, message, ...(expected === undefined ? {} : { expected }) } }
}

/**
 * A value of a policy as text on the wire.
 * @throws TypeError when it is empty or has no single spelling.
 */
export function ruleText(rule: string, value: RuleValue): string {
  const canonical = canonicalValue(value, { isNormalized: true })
  if (!canonical.ok) throw new TypeError(`${rule}: the value ${canonical.problem}`)
  // An empty value is never signed, so forcing it would silently force nothing.
  if (canonical.text === '') throw new TypeError(`${rule}: the value is empty`)
  return canonical.text
}

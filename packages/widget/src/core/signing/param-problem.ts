/** Checks a value against the endpoint's rule before it is sent. @module */

import { isUnderPrefix, withSlash } from '@countersign/protocol/params'
import type { ListRule, ParamRule, TextRule } from './param-rules.js'

/** Reason why the endpoint would refuse a value. */
export type ParamProblem =
  /** `length` and `max` count characters (code points). */
  | { readonly code: 'too_long'; readonly length: number; readonly max: number }
  | { readonly code: 'too_many'; readonly max: number }
  | { readonly code: 'not_allowed'; readonly values: readonly string[] }
  /** `form` describes the expected text. */
  | { readonly code: 'no_match'; readonly form: string }

/** Longest text that is tested with a pattern, in UTF-16 code units. */
const MAX_TRIED_LENGTH = 1_000

/**
 * Checks a value after every key press, as the endpoint will. Does not test a pattern on more than 1,000 UTF-16 code units, because a slow
 * pattern would freeze the page. The endpoint still tests it.
 *
 * @param value Text as on the wire; not empty.
 * @returns `undefined` if the endpoint accepts the value.
 */
export function paramProblem(rule: ParamRule, value: string): ParamProblem | undefined {
  // The endpoint converts the widget's values to NFC before it checks them.
  const text = value.normalize('NFC')
  switch (rule.kind) {
    case 'fixed':
      return text === rule.value ? undefined : { code: 'not_allowed', values: [rule.value] }
    case 'choice':
      return rule.values.includes(text) ? undefined : { code: 'not_allowed', values: rule.values }
    case 'integer':
      return isWholeNumber(text, rule.minimum, rule.maximum)
        ? undefined
        : { code: 'no_match', form: `${rule.minimum} – ${rule.maximum}` }
    case 'list':
      return listProblem(rule, text)
    case 'text':
      return textProblem(rule, text)
  }
}

function isWholeNumber(text: string, minimum: number, maximum: number): boolean {
  const value = Number(text)
  return /^(0|-?[1-9]\d*)$/.test(text) && value >= minimum && value <= maximum
}

function listProblem({ maxItems, item }: ListRule, text: string): ParamProblem | undefined {
  const items = text.split(',')
  if (maxItems !== undefined && items.length > maxItems) return { code: 'too_many', max: maxItems }
  for (const each of items) {
    const problem = paramProblem(item, each)
    if (problem) return problem
  }
  return undefined
}

function textProblem(
  { maxLength, prefix = '', pattern }: TextRule,
  text: string,
): ParamProblem | undefined {
  const { length } = [...text]
  if (maxLength !== undefined && length > maxLength) {
    return { code: 'too_long', length, max: maxLength }
  }
  if (prefix && !isUnderPrefix(text, prefix)) {
    return { code: 'no_match', form: `${withSlash(prefix)}…` }
  }
  return pattern && text.length <= MAX_TRIED_LENGTH && !pattern.test(text)
    ? { code: 'no_match', form: withoutAnchors(pattern.source) }
    : undefined
}

/** Removes the endpoint's anchors from a pattern: `^(?:^[a-z]+$)$` becomes `[a-z]+`. */
function withoutAnchors(source: string): string {
  return source
    .replace(/^\^\(\?:(.*)\)\$$/s, '$1')
    .replace(/^\^/, '')
    .replace(/\$$/, '')
}

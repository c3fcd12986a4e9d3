/** What is wrong with a value by the endpoint's rule, before anything is sent. @module */

import { isUnderPrefix, withSlash } from '@countersign/protocol/params'
import type { ListRule, ParamRule, TextRule } from './param-rules.js'

/** Why the endpoint would refuse a value. */
export type ParamProblem =
  /** Characters (code points) that the value has, and that it may have. */
  | { readonly code: 'too_long'; readonly length: number; readonly max: number }
  | { readonly code: 'too_many'; readonly max: number }
  | { readonly code: 'not_allowed'; readonly values: readonly string[] }
  /** `form` is what it should look like. */
  | { readonly code: 'no_match'; readonly form: string }

/** Longest text that a pattern is tried on, in UTF-16 code units. */
const MAX_TRIED_LENGTH = 1_000

/**
 * Judge a value as the endpoint will, after every key that is pressed. A text of more than 1,000 UTF-16 code units is not tried on a pattern,
 * so that one that takes time by the square of the length cannot freeze the page; the endpoint judges it.
 *
 * @param value Text as on the wire; not empty.
 * @returns `undefined` where the endpoint takes it.
 */
export function paramProblem(rule: ParamRule, value: string): ParamProblem | undefined {
  // The endpoint turns what our widget asks for into NFC before it judges.
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

/** `^(?:^[a-z]+$)$`, as the endpoint tells it, as `[a-z]+`. */
function withoutAnchors(source: string): string {
  return source
    .replace(/^\^\(\?:(.*)\)\$$/s, '$1')
    .replace(/^\^/, '')
    .replace(/\$$/, '')
}

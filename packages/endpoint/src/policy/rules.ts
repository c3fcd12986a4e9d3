/** Creates the rules for upload parameters in a preset. @module */

import { isUnderPrefix } from '@countersign/protocol/params'
import { textProblem } from './canonical-value.js'
import {
  type Checked,
  type Forced,
  quote,
  type Rule,
  type RuleValue,
  refuse,
  ruleText,
} from './rule.js'

/**
 * Creates a rule that sets a fixed value. The Countersign widget receives the value. Any other client must send exactly this value.
 * @throws TypeError if the value is empty or cannot be signed.
 */
export function force(value: RuleValue): Forced {
  const text = ruleText('force', value)
  return {
    forced: true,
    describe: { const: text },
    check: (asked) =>
      asked === undefined || asked === text
        ? { value: text }
        : refuse('forced', `must be ${quote(text)}`, text),
  }
}

/**
 * Creates a rule that allows the listed values, or no value.
 * @throws TypeError if the list is empty, or a value is empty or cannot be signed.
 */
export function oneOf(values: readonly RuleValue[]): Rule {
  if (!Array.isArray(values) || values.length === 0)
    throw new TypeError('oneOf needs a list of values')
  const texts = values.map((value) => ruleText('oneOf', value))
  return {
    describe: { enum: texts },
    check: (asked) =>
      asked === undefined || texts.includes(asked)
        ? optional(asked)
        : refuse('not_allowed', `must be one of ${texts.map(quote).join(', ')}`, texts),
  }
}

/** Options of {@link text}. */
export interface TextOptions {
  /** Maximum number of characters (code points). @default 255 */
  readonly max?: number
  /**
   * Path prefix, compared by whole segments: `users/4` allows `users/4` and `users/4/cat`, but not `users/42`.
   * Empty segments, `.` and `..` are refused. A prefix that ends with a slash allows only longer paths.
   */
  readonly prefix?: string
  /** Pattern that must match the whole text, with or without `^` and `$`. */
  readonly match?: RegExp
}

/**
 * Creates a rule that allows any text within limits, or no value.
 * @throws TypeError if `max` is not a positive whole number, or `prefix` is empty or cannot be signed.
 */
export function text(options: TextOptions = {}): Rule {
  const max = atLeastOne('text', 'max', options.max ?? 255)
  const prefix = options.prefix === undefined ? undefined : ruleText('text', options.prefix)
  const whole = options.match && wholePattern(options.match)
  return {
    describe: {
      max_length: max,
      ...(prefix === undefined ? {} : { prefix }),
      ...(whole ? { pattern: whole.source } : {}),
      // The same pattern without its flags would match other texts.
      ...(whole?.flags ? { pattern_flags: whole.flags } : {}),
    },
    check: (asked) => {
      if (asked === undefined) return {}
      if ([...asked].length > max)
        return refuse('too_long', `must be at most ${max} characters`, max)
      if (prefix !== undefined && !isUnderPrefix(asked, prefix)) {
        return refuse(
          'not_allowed',
          `must be a path under ${quote(prefix)}, without empty segments, "." or ".."`,
          prefix,
        )
      }
      if (whole && !whole.test(asked)) return refuse('no_match', `must match ${whole.source}`)
      return { value: asked }
    },
  }
}

/** Options of {@link list}. */
export interface ListOptions {
  /** Maximum number of items. @default 100 */
  readonly maxItems?: number
  /** Rule for each item. @default text() */
  readonly item?: Rule
}

/**
 * Creates a rule that allows a list of values (`tags`, `allowed_formats`), or no value.
 * @throws TypeError if `maxItems` is not a positive whole number.
 */
export function list(options: ListOptions = {}): Rule {
  const maxItems = atLeastOne('list', 'maxItems', options.maxItems ?? 100)
  const item = options.item ?? text()
  return {
    describe: { max_items: maxItems, items: item.describe },
    check: (asked, context) => {
      if (asked === undefined) return {}
      const items = asked.split(',')
      if (items.length > maxItems)
        return refuse('too_many', `must have at most ${maxItems} items`, maxItems)
      if (items.includes('')) return refuse('malformed', 'must have no empty items')
      for (const each of items) {
        const checked = item.check(each, context)
        if ('issue' in checked) {
          return {
            issue: {
              ...checked.issue,
              message: `has the item ${quote(each)}, which ${checked.issue.message}`,
            },
          }
        }
        if (checked.value !== each)
          return refuse('not_allowed', `may not have the item ${quote(each)}`)
      }
      return { value: asked }
    },
  }
}

/** Options of {@link integer}. */
export interface IntegerOptions {
  /** Smallest value. @default Number.MIN_SAFE_INTEGER */
  readonly min?: number
  /** Largest value. @default Number.MAX_SAFE_INTEGER */
  readonly max?: number
}

/**
 * Creates a rule that allows a whole number within bounds, or no value. Accepts `7`, but not `07` or `7.0`.
 * @throws TypeError if a bound is not a safe integer, or `min` is greater than `max`.
 */
export function integer(options: IntegerOptions = {}): Rule {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = options
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min > max) {
    throw new TypeError('integer: min and max must be whole numbers, min at most max')
  }
  return {
    describe: { type: 'integer', minimum: min, maximum: max },
    check: (asked) => {
      if (asked === undefined) return {}
      if (!/^(0|-?[1-9]\d*)$/.test(asked)) return refuse('malformed', 'must be a whole number')
      const value = Number(asked)
      return value >= min && value <= max && Number.isSafeInteger(value)
        ? { value: asked }
        : refuse('out_of_range', `must be from ${min} to ${max}`, [min, max])
    },
  }
}

/**
 * Creates a rule that sets a default value if the client sends none, and checks every other value with `rule`. A compatible client
 * uploads only the parameters that it sent, so such a client must send the value itself.
 *
 * @throws TypeError if the value is empty or cannot be signed, or `rule` is missing. At the request, if `rule` refuses the default.
 * @example
 * tags: defaultTo('unsorted', list({ maxItems: 5 }))
 */
export function defaultTo(value: RuleValue, rule: Rule): Rule {
  const text = ruleText('defaultTo', value)
  if (typeof rule?.check !== 'function') {
    throw new TypeError('defaultTo: the second argument must be the rule for values of the client')
  }
  return {
    describe: { ...rule.describe, default: text },
    check: (asked, context) => {
      const checked = rule.check(asked ?? text, context)
      if (asked === undefined && ('issue' in checked || checked.value === undefined)) {
        throw new TypeError(
          `params: the default ${quote(text)} of ${context.param} breaks its own rule`,
        )
      }
      return checked
    },
  }
}

/** Options of {@link clock}. */
export interface ClockOptions {
  /** Maximum difference between the client's clock and the endpoint's clock, in seconds. @default 900 */
  readonly windowSeconds?: number
}

/**
 * Creates a rule that allows a Unix time in seconds near the endpoint's time, and sets the endpoint's time if the client sends none.
 * The rule for `timestamp` by default.
 *
 * @throws TypeError if `windowSeconds` is not a whole number from 1 to 900.
 */
export function clock(options: ClockOptions = {}): Rule {
  const windowSeconds = atLeastOne('clock', 'windowSeconds', options.windowSeconds ?? 900)
  if (windowSeconds > 900)
    throw new TypeError('clock: windowSeconds must be at most 900: the server accepts no more')
  return {
    describe: { clock: 'unix_seconds', window_seconds: windowSeconds },
    check: (asked, { nowSeconds }) => {
      if (asked === undefined) return { value: String(nowSeconds) }
      if (!/^[1-9]\d{9}$/.test(asked)) {
        return refuse(
          'clock',
          'must be Unix time in whole seconds (10 digits, not milliseconds)',
          nowSeconds,
        )
      }
      const ahead = Number(asked) - nowSeconds
      if (Math.abs(ahead) <= windowSeconds) return { value: asked }
      const direction = ahead > 0 ? 'ahead of' : 'behind'
      return refuse(
        'clock',
        `is ${Math.abs(ahead)} s ${direction} the server's time, at most ${windowSeconds} s are allowed: correct the clock of this device`,
        nowSeconds,
      )
    },
  }
}

function optional(value: string | undefined): Checked {
  return value === undefined ? {} : { value }
}

function wholePattern(match: RegExp): RegExp {
  // The flags g and y keep state between calls. With m, ^ and $ would match inside the text.
  const pattern = new RegExp(`^(?:${match.source})$`, match.flags.replace(/[gym]/g, ''))
  if (textProblem(match.source)) throw new TypeError('text: match contains a control character')
  return pattern
}

function atLeastOne(rule: string, option: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new TypeError(`${rule}: ${option} must be a positive whole number`)
  }
  return value
}

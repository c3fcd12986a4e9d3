/** What the endpoint lets the browser set, read from its discovery answer. @module */

/** The value is settled: nothing is left to the browser. */
export interface FixedRule {
  readonly kind: 'fixed'
  readonly value: string
}

/** One of these values. */
export interface ChoiceRule {
  readonly kind: 'choice'
  readonly values: readonly string[]
  /** What holds where nothing is sent. */
  readonly default?: string
}

/** A text within bounds. */
export interface TextRule {
  readonly kind: 'text'
  /** Most characters (code points), the prefix included. */
  readonly maxLength?: number
  /** What the text starts with; `.` and `..` are then no segments of it. */
  readonly prefix?: string
  /** What the whole text matches. */
  readonly pattern?: RegExp
  /** What holds where nothing is sent. */
  readonly default?: string
}

/** A whole number within bounds, in its one spelling. */
export interface IntegerRule {
  readonly kind: 'integer'
  readonly minimum: number
  readonly maximum: number
  /** What holds where nothing is sent. */
  readonly default?: string
}

/** Items, joined by commas. */
export interface ListRule {
  readonly kind: 'list'
  readonly maxItems?: number
  /** What each item has to be: no list, as commas are the only separator. */
  readonly item: ParamRule
  /** What holds where nothing is sent. */
  readonly default?: string
}

/** The rule of one parameter. */
export type ParamRule = FixedRule | ChoiceRule | TextRule | IntegerRule | ListRule

/**
 * Make sense of the rules' descriptions. They are advice here, as the endpoint judges again: a rule that is no object is left out,
 * a member that is not as it should be is no limit, and lists of lists are lists of any text.
 *
 * @param told Wire name to description.
 */
export function readParamRules(
  told: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, ParamRule> {
  return new Map(
    Object.entries(told).flatMap(([name, description]) => {
      const rule = readRule(description)
      return rule ? [[name, rule] as const] : []
    }),
  )
}

function readRule(told: unknown, isItem = false): ParamRule | undefined {
  if (typeof told !== 'object' || told === null || Array.isArray(told)) return undefined
  const members = new Map<string, unknown>(Object.entries(told))
  if (members.has('const')) {
    const value = members.get('const')
    return typeof value === 'string' ? { kind: 'fixed', value } : undefined
  }
  const rule = readOpenRule(members, isItem)
  const value = members.get('default')
  return typeof value === 'string' ? { ...rule, default: value } : rule
}

function readOpenRule(
  members: ReadonlyMap<string, unknown>,
  isItem: boolean,
): Exclude<ParamRule, FixedRule> {
  const values = members.get('enum')
  if (isTexts(values)) return { kind: 'choice', values }
  if (members.has('items') && !isItem) {
    const maxItems = wholeNumber(members.get('max_items'))
    const item = readRule(members.get('items'), true) ?? { kind: 'text' }
    return { kind: 'list', item, ...(maxItems === undefined ? {} : { maxItems }) }
  }
  if (members.get('type') === 'integer') {
    return {
      kind: 'integer',
      minimum: wholeNumber(members.get('minimum')) ?? Number.MIN_SAFE_INTEGER,
      maximum: wholeNumber(members.get('maximum')) ?? Number.MAX_SAFE_INTEGER,
    }
  }
  return readTextRule(members)
}

function readTextRule(members: ReadonlyMap<string, unknown>): TextRule {
  const maxLength = wholeNumber(members.get('max_length'))
  const prefix = members.get('prefix')
  const pattern = readPattern(members.get('pattern'), members.get('pattern_flags'))
  return {
    kind: 'text',
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(typeof prefix === 'string' ? { prefix } : {}),
    ...(pattern ? { pattern } : {}),
  }
}

function readPattern(source: unknown, flags: unknown): RegExp | undefined {
  if (typeof source !== 'string') return undefined
  try {
    // g and y would keep state between texts.
    return new RegExp(source, typeof flags === 'string' ? flags.replace(/[gy]/g, '') : '')
  } catch {
    return undefined
  }
}

function wholeNumber(value: unknown): number | undefined {
  return Number.isSafeInteger(value) ? (value as number) : undefined
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string')
}

/** Reads the endpoint's rules for upload parameters from its discovery document. @module */

/** A parameter with a fixed value. The browser cannot set it. */
export interface FixedRule {
  readonly kind: 'fixed'
  readonly value: string
}

/** A parameter that takes one of several values. */
export interface ChoiceRule {
  readonly kind: 'choice'
  readonly values: readonly string[]
  /** Value that applies if the browser sends none. */
  readonly default?: string
}

/** A parameter that takes a text. */
export interface TextRule {
  readonly kind: 'text'
  /** Maximum length in characters (code points), including the prefix. */
  readonly maxLength?: number
  /** Required start of the text. With a prefix, the text may not have `.` or `..` as a segment. */
  readonly prefix?: string
  /** Pattern that the whole text must match. */
  readonly pattern?: RegExp
  /** Value that applies if the browser sends none. */
  readonly default?: string
}

/** A parameter that takes a whole number, without leading zeros or a plus sign. */
export interface IntegerRule {
  readonly kind: 'integer'
  readonly minimum: number
  readonly maximum: number
  /** Value that applies if the browser sends none. */
  readonly default?: string
}

/** A parameter that takes items, joined by commas. */
export interface ListRule {
  readonly kind: 'list'
  readonly maxItems?: number
  /** Rule of each item. An item is never a list, because commas are the only separator. */
  readonly item: ParamRule
  /** Value that applies if the browser sends none. */
  readonly default?: string
}

/** Rule of one upload parameter. */
export type ParamRule = FixedRule | ChoiceRule | TextRule | IntegerRule | ListRule

/**
 * Reads the rules of a preset. The widget uses them only as hints, because the endpoint checks the values again. So a rule that is not an
 * object is ignored, an invalid member is no limit, and a list of lists becomes a list of any texts.
 *
 * @param told Wire name to the rule in the discovery document.
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
    // The flags g and y would keep state between texts.
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

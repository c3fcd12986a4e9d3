/** What the options of the files to come offer, by the endpoint's rules, and how their fields are read and written. @module */

import { withSlash } from '@countersign/protocol/params'
import { type ParamProblem, paramProblem } from '../../core/signing/param-problem.js'
import type { ParamRule } from '../../core/signing/param-rules.js'
import type { UploadWidgetOptions } from '../../options/options.js'

/** One parameter that is offered, or shown with its settled value. */
export interface OfferedOption {
  readonly option: 'publicId' | 'tags' | 'folder' | 'assetFolder'
  readonly rule: ParamRule
}

/** What is offered. What is missing is not for a person to set, and not theirs to know. */
export interface OfferedOptions {
  readonly name?: OfferedOption
  readonly tags?: OfferedOption
  readonly folder?: OfferedOption
}

const ANY_TEXT: ParamRule = { kind: 'text' }
const UNRULED: OfferedOptions = {
  name: { option: 'publicId', rule: ANY_TEXT },
  tags: { option: 'tags', rule: { kind: 'list', item: ANY_TEXT } },
}

/** What is offered under these rules, by wire name; without rules name and tags, as the protocol's widget has them. */
export function offeredOptions(rules: ReadonlyMap<string, ParamRule> | undefined): OfferedOptions {
  if (!rules) return UNRULED
  const name = optionOf('publicId', rules.get('public_id'))
  const tags = optionOf('tags', rules.get('tags'))
  const folder = offeredFolder(rules)
  return {
    ...(name ? { name } : {}),
    ...(tags && tags.rule.kind !== 'fixed' ? { tags } : {}),
    ...(folder ? { folder } : {}),
  }
}

/** A folder that can be chosen, else one that is settled: a person should know where the files go. */
function offeredFolder(rules: ReadonlyMap<string, ParamRule>): OfferedOption | undefined {
  const folders = [
    optionOf('assetFolder', rules.get('asset_folder')),
    optionOf('folder', rules.get('folder')),
  ].filter((folder) => folder !== undefined)
  const prefix = rules.get('public_id_prefix')
  return (
    folders.find(({ rule }) => rule.kind !== 'fixed') ??
    folders[0] ??
    (prefix?.kind === 'fixed' ? optionOf('folder', prefix) : undefined)
  )
}

function optionOf(
  option: OfferedOption['option'],
  rule: ParamRule | undefined,
): OfferedOption | undefined {
  return rule && { option, rule }
}

/** What a field shows first of what the page has set: its default where there is nothing, without the prefix. */
export function shownText(rule: ParamRule, set: string | null | undefined): string {
  if (rule.kind === 'fixed') return rule.value
  const text = set || rule.default || ''
  if (rule.kind === 'choice') return rule.values.includes(text) ? text : (rule.default ?? '')
  const prefix = prefixOf(rule)
  if (rule.kind === 'text' && text === rule.prefix) return ''
  return text.startsWith(prefix) ? text.slice(prefix.length) : text
}

/** What a field's text means as a value; `null` where nothing is to be sent. */
export function sentValue(rule: ParamRule, text: string): string | null {
  const value = text.trim()
  return value ? prefixOf(rule) + value : null
}

/** Returns the prefix of every value with a slash at its end, so that people do not type it; `''` if the rule has no prefix. */
export function prefixOf(rule: ParamRule): string {
  return rule.kind === 'text' && rule.prefix ? withSlash(rule.prefix) : ''
}

/** Tags as a list. */
export function tagsOf(tags: UploadWidgetOptions['tags']): readonly string[] {
  const list = typeof tags === 'string' ? tags.split(',') : (tags ?? [])
  return list.map((tag) => tag.trim()).filter(Boolean)
}

/** The tags of a list and what was typed after them, each once. */
export function withTyped(tags: readonly string[], typed: string): readonly string[] {
  return [...new Set([...tags, ...tagsOf(typed)])]
}

/** What is wrong with a value; nothing is with none. */
export function problemWith(
  offered: OfferedOption | undefined,
  value: string | null,
): ParamProblem | undefined {
  return offered && value ? paramProblem(offered.rule, value) : undefined
}

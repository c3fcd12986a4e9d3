/** The advanced options that the endpoint's rules allow, and the conversion of their values. @module */

import { withSlash } from '@countersign/protocol/params'
import { type ParamProblem, paramProblem } from '../../core/signing/param-problem.js'
import type { ParamRule } from '../../core/signing/param-rules.js'
import type { UploadWidgetOptions } from '../../options/options.js'

/** An option that people can set, or see with its fixed value. */
export interface OfferedOption {
  readonly option: 'publicId' | 'tags' | 'folder' | 'assetFolder'
  readonly rule: ParamRule
}

/** Options that the view shows. The endpoint does not allow the missing ones. */
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

/** Returns the options that the rules allow, by wire name. Without rules, returns name and tags, as in the protocol's widget. */
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

/** Returns a folder that people can choose, else a fixed folder, so that they know where the files go. */
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

/** Returns the first text of a field: the page's value or the default, without the prefix. */
export function shownText(rule: ParamRule, set: string | null | undefined): string {
  if (rule.kind === 'fixed') return rule.value
  const text = set || rule.default || ''
  if (rule.kind === 'choice') return rule.values.includes(text) ? text : (rule.default ?? '')
  const prefix = prefixOf(rule)
  if (rule.kind === 'text' && text === rule.prefix) return ''
  return text.startsWith(prefix) ? text.slice(prefix.length) : text
}

/** Returns the value for a field's text; `null` for an empty text. */
export function sentValue(rule: ParamRule, text: string): string | null {
  const value = text.trim()
  return value ? prefixOf(rule) + value : null
}

/** Returns the prefix of every value with a slash at its end, so that people do not type it; `''` if the rule has no prefix. */
export function prefixOf(rule: ParamRule): string {
  return rule.kind === 'text' && rule.prefix ? withSlash(rule.prefix) : ''
}

/** Returns tags as a list, without blank ones. */
export function tagsOf(tags: UploadWidgetOptions['tags']): readonly string[] {
  const list = typeof tags === 'string' ? tags.split(',') : (tags ?? [])
  return list.map((tag) => tag.trim()).filter(Boolean)
}

/** Returns the tags of a list and the typed tags, without duplicates. */
export function withTyped(tags: readonly string[], typed: string): readonly string[] {
  return [...new Set([...tags, ...tagsOf(typed)])]
}

/** Returns the problem of a value. An empty value has none. */
export function problemWith(
  offered: OfferedOption | undefined,
  value: string | null,
): ParamProblem | undefined {
  return offered && value ? paramProblem(offered.rule, value) : undefined
}

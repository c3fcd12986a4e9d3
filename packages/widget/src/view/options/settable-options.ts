/** Whether the endpoint leaves a person anything to set. @module */

import { type ParamRule, readParamRules } from '../../core/signing/param-rules.js'
import type { UploadWidgetOptions } from '../../options/options.js'
import type { WidgetHost } from '../state/contract.js'

/** Wire names of what the options of the files to come can set. */
const SETTABLE = ['public_id', 'tags', 'asset_folder', 'folder']

/** Rules that were read, as every drawing asks for them. */
const read = new WeakMap<object, ReadonlyMap<string, ParamRule>>()

/**
 * The rules of a preset by wire name; none where it is not open to this caller.
 *
 * @param preset The one that is chosen; empty: the page's.
 * @returns `undefined` where nothing tells rules: a route that only signs, an unsigned preset.
 */
export function rulesOfPreset(
  host: WidgetHost,
  preset: string | undefined,
): ReadonlyMap<string, ParamRule> | undefined {
  const presets = host.queue.presets()
  if (!presets) return undefined
  const found = presets.get(preset || 'default')
  if (!found) return new Map()
  return found.params && readOnce(found.params)
}

function readOnce(told: Readonly<Record<string, unknown>>): ReadonlyMap<string, ParamRule> {
  const rules = read.get(told) ?? readParamRules(told)
  read.set(told, rules)
  return rules
}

/** Whether there is anything that a person may set for the files to come. */
export function hasSettableOptions(host: WidgetHost, options: UploadWidgetOptions): boolean {
  const hasChoiceOfPreset = options.getUploadPresets && (host.queue.presets()?.size ?? 0) > 1
  const rules = rulesOfPreset(host, options.uploadPreset)
  if (!rules || hasChoiceOfPreset) return true
  return SETTABLE.some((name) => {
    const rule = rules.get(name)
    return rule !== undefined && rule.kind !== 'fixed'
  })
}

/** Tells whether the endpoint lets people set any advanced option. @module */

import { type ParamRule, readParamRules } from '../../core/signing/param-rules.js'
import type { UploadWidgetOptions } from '../../options/options.js'
import type { WidgetHost } from '../state/contract.js'

/** Wire names of the parameters that the advanced options can set. */
const SETTABLE = ['public_id', 'tags', 'asset_folder', 'folder']

/** Rules by their description, because every draw needs them. */
const read = new WeakMap<object, ReadonlyMap<string, ParamRule>>()

/**
 * Returns a preset's rules by wire name. The map is empty if the endpoint does not allow this user the preset.
 *
 * @param preset Name of the preset; empty for the default preset.
 * @returns `undefined` without rules, as for a route that only signs or an unsigned preset.
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

/** Returns true if people may set any option for the next files. */
export function hasSettableOptions(host: WidgetHost, options: UploadWidgetOptions): boolean {
  const hasChoiceOfPreset = options.getUploadPresets && (host.queue.presets()?.size ?? 0) > 1
  const rules = rulesOfPreset(host, options.uploadPreset)
  if (!rules || hasChoiceOfPreset) return true
  return SETTABLE.some((name) => {
    const rule = rules.get(name)
    return rule !== undefined && rule.kind !== 'fixed'
  })
}

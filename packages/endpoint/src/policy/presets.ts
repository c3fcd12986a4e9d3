/** Presets: named limits and parameter rules of an app, with their checks. @module */

import { type Limits, parseLimits, toWireLimits } from '@countersign/protocol/limits'
import { allowedFormats } from './allowed-formats.js'
import {
  CLIENT_NAMES,
  type ClientName,
  SERVER_NAMES,
  type ServerName,
  toWireName,
} from './param-names.js'
import { type Forced, isForced, type Rule } from './rule.js'
import { force } from './rules.js'

/** Rules by parameter name. A parameter without a rule is refused. The rules for `timestamp`, `source=uw` and the preset's name are built in. */
export type Params = { readonly [N in ClientName]?: Rule | undefined } & {
  readonly [N in ServerName]?: Forced | undefined
}

/** Limits and parameter rules of uploads. */
export interface Preset<User> {
  /** Limits of an uploaded file. The widget checks the limits before an upload. The endpoint signs them, and the server enforces them. */
  readonly limits: Limits
  /** Returns the parameter rules for a user, or `null` if the user may not use the preset (403). */
  readonly params: (user: User) => Params | null
}

/** Server that verifies the signatures: the self-hosted media server, or the hosted service. */
export type Target = 'countersign' | 'cloudinary'

const LIMIT_NAMES: ReadonlySet<string> = new Set([
  'accept',
  'maxBytes',
  'maxPixels',
  'resourceTypes',
  'sources',
  'overwrite',
])
const CLIENT_NAME_SET: ReadonlySet<string> = new Set(CLIENT_NAMES)
const SERVER_NAME_SET: ReadonlySet<string> = new Set(SERVER_NAMES)

/**
 * Checks presets and returns them by name. The result is a `Map`, so that `constructor` names no preset.
 * @throws TypeError naming the preset and the member that is wrong.
 */
export function presetMap<User>(
  presets: Readonly<Record<string, Preset<User>>>,
  target: Target,
): ReadonlyMap<string, Preset<User>> {
  const entries = Object.entries(presets ?? {})
  if (entries.length === 0)
    throw new TypeError('createSignHandler: presets needs at least one preset, such as default')
  for (const [name, preset] of entries) assertPreset(name, preset, target)
  return new Map(entries)
}

/**
 * Returns a preset's rules for a user, by parameter name on the wire, or `null` if the user may not use the preset.
 * @throws TypeError if a rule has no `check`, a parameter is unknown, or a server-only parameter is not forced.
 */
export function rulesOf<User>(
  preset: Preset<User>,
  options: { readonly user: User; readonly target: Target },
): Map<string, Rule> | null {
  const params = preset.params(options.user)
  if (params === null || params === undefined) return null
  const rules = new Map<string, Rule>()
  if (options.target === 'cloudinary' && preset.limits.accept) {
    // The hosted service does not know `limits`. It can enforce only the accepted formats.
    rules.set('allowed_formats', force(allowedFormats(preset.limits.accept)))
  }
  for (const [name, rule] of Object.entries(params)) {
    if (rule === undefined) continue
    assertRule(name, rule)
    rules.set(toWireName(name), rule)
  }
  return rules
}

function assertPreset<User>(name: string, preset: Preset<User>, target: Target): void {
  const where = `createSignHandler: presets.${name}`
  if (typeof preset?.params !== 'function')
    throw new TypeError(`${where}.params must be a function of the user`)
  const { limits } = preset
  if (typeof limits !== 'object' || limits === null)
    throw new TypeError(`${where}.limits must be an object, {} for none`)
  const unknown = Object.keys(limits).find((limit) => !LIMIT_NAMES.has(limit))
  if (unknown)
    throw new TypeError(
      `${where}.limits.${unknown} is not a limit; there are ${[...LIMIT_NAMES].join(', ')}`,
    )
  const parsed = parseLimits(toWireLimits(limits))
  if (!parsed.ok) throw new TypeError(`${where}: ${parsed.reason}`)
  if (target === 'cloudinary' && limits.accept) allowedFormats(limits.accept)
}

function assertRule(name: string, rule: Rule): void {
  const isServerOnly = SERVER_NAME_SET.has(name)
  if (!isServerOnly && !CLIENT_NAME_SET.has(name)) {
    throw new TypeError(`params.${name} is not a parameter that a policy can sign`)
  }
  if (typeof rule?.check !== 'function') {
    throw new TypeError(`params.${name} needs a rule, such as force(...) or text({ max: 100 })`)
  }
  if (isServerOnly && !isForced(rule)) {
    throw new TypeError(`params.${name} can only be forced: force(...)`)
  }
}

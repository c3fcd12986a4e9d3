/** Applies a preset's rules to the requested upload parameters, and returns the parameters to sign. @module */

import { MediaError } from '@countersign/protocol/errors'
import { serializeLimits } from '@countersign/protocol/limits'
import { PARAMS } from '@countersign/protocol/params'
import type { Issue } from '../http/error-answer.js'
import { randomHex } from '../http/random-hex.js'
import { fromWireName } from './param-names.js'
import { type Preset, rulesOf, type Target } from './presets.js'
import type { SigningRequest } from './read-signing-request.js'
import { isForced, quote, type Rule, type RuleIssue } from './rule.js'
import { clock, oneOf } from './rules.js'

/** Name of the preset that applies if the request has no `upload_preset`. */
export const DEFAULT_PRESET = 'default'

const TIMESTAMP = clock()
const SOURCE = oneOf(['uw'])

/** Presets, user and time that {@link applyPolicy} decides with. */
export interface PolicyContext<User> {
  readonly presets: ReadonlyMap<string, Preset<User>>
  readonly user: User
  readonly target: Target
  /** Time of the endpoint in Unix seconds. */
  readonly nowSeconds: number
}

/** Parameters that the policy allows to be signed. */
export interface PolicyAnswer {
  readonly presetName: string
  /** Text to sign for each parameter, by its name on the wire. */
  readonly bag: ReadonlyMap<string, string>
}

/**
 * Applies the rules of the requested preset, and returns the parameters to sign.
 *
 * @throws MediaError PRESET_REFUSED if the preset does not exist or the user may not use it.
 * @throws MediaError PARAMS_REFUSED with `details.issues` if a parameter is refused.
 */
export function applyPolicy<User>(
  request: SigningRequest,
  context: PolicyContext<User>,
): PolicyAnswer {
  if (request.issues.some((issue) => issue.param === 'upload_preset')) throw refused(request.issues)
  const presetName = request.params.get('upload_preset') ?? DEFAULT_PRESET
  const preset = context.presets.get(presetName)
  const ownRules = preset ? rulesOf(preset, context) : null
  if (!preset || !ownRules) throw presetRefused(presetName)

  const asked = withoutPreset(request)
  const rules = withBuiltIns(ownRules, { mode: request.mode, presetName })
  const malformed = new Set(request.issues.map((issue) => issue.param))
  const issues = [...request.issues, ...notSignable(asked, { rules, presetName })]
  const bag = new Map<string, string>()
  for (const [name, rule] of rules) {
    if (malformed.has(name)) continue
    const issue = decide(
      { name, rule, asked: asked.get(name), mode: request.mode, nowSeconds: context.nowSeconds },
      bag,
    )
    if (issue) issues.push(issue)
  }
  if (issues.length > 0) throw refused(issues)
  if (request.mode === 'merge') addOwn(bag, { request, preset, context })
  return { presetName, bag }
}

/** Returns the requested parameters. In merge mode `upload_preset` only selects the preset, so it is left out. */
function withoutPreset({ mode, params }: SigningRequest): ReadonlyMap<string, string> {
  if (mode === 'compatible' || !params.has('upload_preset')) return params
  const asked = new Map(params)
  asked.delete('upload_preset')
  return asked
}

function withBuiltIns(
  own: ReadonlyMap<string, Rule>,
  options: { readonly mode: SigningRequest['mode']; readonly presetName: string },
): ReadonlyMap<string, Rule> {
  const rules = new Map<string, Rule>([
    ['timestamp', TIMESTAMP],
    ['source', SOURCE],
    ...(options.mode === 'merge' ? [] : [['upload_preset', oneOf([options.presetName])] as const]),
    ...own,
  ])
  // In merge mode the page's upload_preset only selects the preset. Only a forced upload_preset is signed.
  const uploadPreset = rules.get('upload_preset')
  if (options.mode === 'merge' && uploadPreset && !isForced(uploadPreset))
    rules.delete('upload_preset')
  return rules
}

interface Decision {
  readonly name: string
  readonly rule: Rule
  readonly asked: string | undefined
  readonly mode: SigningRequest['mode']
  readonly nowSeconds: number
}

function decide(decision: Decision, bag: Map<string, string>): Issue | undefined {
  const { name, rule, mode, nowSeconds } = decision
  // In merge mode the endpoint's time is signed, so that uploads work although the browser's clock is wrong.
  const asked = mode === 'merge' && name === 'timestamp' ? undefined : decision.asked
  const checked = rule.check(asked, { nowSeconds, param: name })
  if ('issue' in checked) return toIssue(name, checked.issue)
  if (name === 'timestamp') return decideTimestamp(decision, bag)
  const { value } = checked
  if (mode === 'compatible' && value !== asked) return required(name, value)
  if (value !== undefined && value !== '') bag.set(name, value)
  return undefined
}

function decideTimestamp(decision: Decision, bag: Map<string, string>): Issue | undefined {
  const { mode, asked, nowSeconds } = decision
  if (mode === 'compatible') {
    if (asked === undefined) return required('timestamp', String(nowSeconds))
    // Checked for every policy, because a signature with a time far in the future would stay valid until then.
    const checked = TIMESTAMP.check(asked, { nowSeconds, param: 'timestamp' })
    if ('issue' in checked) return toIssue('timestamp', checked.issue)
  }
  bag.set('timestamp', mode === 'compatible' && asked !== undefined ? asked : String(nowSeconds))
  return undefined
}

function addOwn<User>(
  bag: Map<string, string>,
  options: {
    readonly request: SigningRequest
    readonly preset: Preset<User>
    readonly context: PolicyContext<User>
  },
): void {
  const { request, preset, context } = options
  if (context.target === 'cloudinary') return
  bag.set('nonce', request.nonce ?? randomHex(16))
  if (Object.keys(preset.limits).length > 0)
    bag.set('limits', serializeLimits(preset.limits).normalize('NFC'))
}

function notSignable(
  asked: ReadonlyMap<string, string>,
  policy: { readonly rules: ReadonlyMap<string, Rule>; readonly presetName: string },
): Issue[] {
  return [...asked.keys()]
    .filter((name) => !policy.rules.has(name))
    .map((name) => ({
      param: name,
      code: 'not_signable',
      message: `${name} ${reasonNotSignable(name, policy.presetName)}`,
    }))
}

function reasonNotSignable(name: string, presetName: string): string {
  const where = `params of the preset ${quote(presetName)} in the signing route`
  const option = fromWireName(name)
  switch (PARAMS.get(name)?.risk) {
    case 'client':
      if (name === 'nonce') return 'must be sent next to paramsToSign, not inside it.'
      return `has no rule: add ${option} to ${where}, or remove options.${option} from the upload widget.`
    case 'server-only':
      return `may only be set by the server: add ${option}: force(...) to ${where}, or remove options.${option} from the upload widget.`
    case 'never':
      return 'is never signed for a browser.'
    default:
      return 'is not an upload parameter.'
  }
}

function required(name: string, expected: string | undefined): Issue {
  if (expected === undefined) {
    return {
      param: name,
      code: 'not_allowed',
      message: `${name} cannot be sent: ${takeOff(name)}.`,
    }
  }
  return {
    param: name,
    code: 'required',
    message: `${name} must be sent as ${quote(expected)}: ${setOption(name, expected)}.`,
    expected,
  }
}

function toIssue(name: string, issue: RuleIssue): Issue {
  const hint = issue.code === 'forced' ? `: ${setOption(name, String(issue.expected))}` : ''
  return { param: name, ...issue, message: `${name} ${issue.message}${hint}.` }
}

function setOption(name: string, value: string): string {
  return `set options={{ ${fromWireName(name)}: ${quote(value)} }} on the upload widget`
}

function takeOff(name: string): string {
  return `remove options.${fromWireName(name)} from the upload widget`
}

function refused(issues: readonly Issue[]): MediaError {
  const [first] = issues
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more, see issues)` : ''
  return new MediaError('PARAMS_REFUSED', {
    message: `${first?.message ?? 'A parameter was refused.'}${more}`,
    details: { issues },
  })
}

function presetRefused(name: string): MediaError {
  return new MediaError('PRESET_REFUSED', {
    message: `The preset ${quote(name)} does not exist or is not allowed for this user. Set uploadPreset of the widget to a preset of the signing route.`,
  })
}

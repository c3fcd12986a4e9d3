/**
 * Compares the endpoint's limits with the server's presets: the preset of the key, and the preset that requests name. A tighter preset
 * makes the server refuse uploads; a laxer one limits compatible clients too little. @module
 */

import { type Limits, parseLimits } from '@countersign/protocol/limits'
import { type AdminKey, adminKey, askAdmin } from '../admin-key.js'
import { browserKey } from '../app-settings.js'
import { type Answer, asRecord } from '../ask.js'
import { type Check, type Finding, green, notChecked } from '../check.js'
import { compareLimits } from '../compare-limits.js'
import { isDescribed } from '../signing-route.js'
import type { Subject } from '../subject.js'

/** Compares the endpoint's limits with the server's presets. */
export const preset: Check = { name: 'preset', title: 'Presets', run }

const MAX_PRESETS = 5
const DEFAULT_PRESET = 'default'

async function run(subject: Subject): Promise<Finding[]> {
  const { routes, serverUrl, cloud, settings } = subject
  const route = routes.find(isDescribed)
  if (!route?.discovery.ok) {
    return [
      notChecked(
        'the route does not tell its limits to the doctor',
        'To try it as a signed-in user: --cookie "name=value", from the browser.',
      ),
    ]
  }
  const admin = adminKey(subject)
  if (!serverUrl || cloud === undefined || !admin) {
    return [
      notChecked(
        'reading presets needs a full key',
        'Set COUNTERSIGN_ADMIN_KEY and COUNTERSIGN_ADMIN_SECRET for this command.',
      ),
    ]
  }
  const ceilingName = browserKey(settings)?.preset ?? DEFAULT_PRESET
  const ceiling = await readPreset(subject, admin, ceilingName)
  if (ceiling === 'missing') {
    return [
      {
        severity: 'red',
        seen: `The server has no preset ${ceilingName}, the ceiling of the app’s key.`,
        advice: `Make it (countersign presets set ${ceilingName} …), or give the key another preset.`,
      },
    ]
  }
  if ('finding' in ceiling) return [ceiling.finding]
  const findings: Finding[] = []
  for (const endpoint of endpointPresets(route.discovery.json?.presets).slice(0, MAX_PRESETS)) {
    const isDev = subject.dev?.cloudName === cloud
    findings.push(...judgeCeiling(endpoint, { name: ceilingName, limits: ceiling.limits, isDev }))
    const { serverPreset } = endpoint
    if (serverPreset === undefined || serverPreset === ceilingName) continue
    const named = await readPreset(subject, admin, serverPreset)
    findings.push(...judgeNamed(endpoint, { name: serverPreset, ceiling: ceiling.limits, named }))
  }
  if (findings.length > 0) return findings
  return [green(`The key’s preset ${ceilingName} fits the endpoint’s limits.`)]
}

interface EndpointPreset {
  readonly name: string
  readonly limits: Limits
  /**
   * Preset of the server that requests for this endpoint preset name; `undefined` if they name
   * none.
   */
  readonly serverPreset: string | undefined
  /** True if a rule forces the preset's name, so that our own client sends the name too. */
  readonly isForced: boolean
}

function judgeCeiling(
  endpoint: EndpointPreset,
  ceiling: { readonly name: string; readonly limits: Limits; readonly isDev: boolean },
): Finding[] {
  const { tighter, laxer } = compareLimits(endpoint.limits, ceiling.limits)
  const findings: Finding[] = []
  if (tighter.length > 0) {
    findings.push({
      severity: 'red',
      seen: `The key’s preset ${ceiling.name} is tighter than the endpoint’s ${endpoint.name}: the server refuses uploads that the endpoint allows.`,
      advice: `Widen it (countersign presets set ${ceiling.name} …), or narrow the endpoint’s limits.`,
      details: tighter,
    })
  }
  // If requests name another preset, that preset limits them too. The preset of `countersign dev`
  // is wide on purpose.
  if (laxer.length > 0 && endpoint.serverPreset === undefined && !ceiling.isDev) {
    findings.push(tooLax(endpoint, { name: ceiling.name, whose: 'key’s', details: laxer }))
  }
  return findings
}

/**
 * Compares the endpoint's limits with the preset that requests name. That preset and the key's
 * preset both apply.
 */
function judgeNamed(
  endpoint: EndpointPreset,
  server: { readonly name: string; readonly ceiling: Limits; readonly named: ReadPreset },
): Finding[] {
  const { name, ceiling, named } = server
  const who = endpoint.isForced ? 'every upload' : 'what compatible clients upload'
  if (named === 'missing') {
    return [
      {
        severity: endpoint.isForced ? 'red' : 'amber',
        seen: `The server has no preset ${name}: it refuses ${who} with the endpoint’s ${endpoint.name}.`,
        advice: `Make it: countersign presets set ${name} …`,
      },
    ]
  }
  if ('finding' in named) return [named.finding]
  const { tighter, laxer } = compareLimits(endpoint.limits, named.limits)
  if (tighter.length > 0) {
    return [
      {
        severity: 'red',
        seen: `The server’s preset ${name} is tighter than the endpoint’s ${endpoint.name}: the server refuses ${who} with it, within the endpoint’s limits.`,
        advice: `Widen it (countersign presets set ${name} …), or narrow the endpoint’s limits.`,
        details: tighter,
      },
    ]
  }
  const open = new Set(compareLimits(endpoint.limits, ceiling).laxer.map(limitOf))
  const details = laxer.filter((line) => open.has(limitOf(line)))
  return details.length > 0 ? [tooLax(endpoint, { name, whose: 'server’s', details })] : []
}

function tooLax(
  endpoint: EndpointPreset,
  preset: { readonly name: string; readonly whose: string; readonly details: readonly string[] },
): Finding {
  const { name, whose, details } = preset
  return {
    severity: 'amber',
    seen: `The ${whose} preset ${name} is much laxer than the endpoint’s ${endpoint.name}, and compatible clients (next-cloudinary’s own widget) are bound by it alone.`,
    advice: `Narrow it (countersign presets set ${name} …) if such clients may upload.`,
    details,
  }
}

/** Returns the name of the limit in a line of `compareLimits`. */
function limitOf(line: string): string {
  return line.slice(0, line.indexOf(':'))
}

type ReadPreset = { readonly limits: Limits } | { readonly finding: Finding } | 'missing'

async function readPreset(subject: Subject, admin: AdminKey, name: string): Promise<ReadPreset> {
  const answer = await askAdmin(subject, admin, `upload_presets/${encodeURIComponent(name)}`)
  if (!answer) return { finding: notChecked('there is no media server to ask') }
  if (!answer.ok) return { finding: notChecked(answer.message) }
  if (answer.status === 200) return { limits: limitsOf(answer) }
  if (answer.status === 404) return 'missing'
  return { finding: notChecked(`the Admin API refused the full key with ${answer.status}`) }
}

function limitsOf(answer: Answer): Limits {
  const settings = answer.ok ? asRecord(answer.json?.settings) : undefined
  const parsed = parseLimits(settings?.limits ?? {})
  return parsed.ok ? parsed.limits : {}
}

function endpointPresets(presets: unknown): EndpointPreset[] {
  return Object.entries(asRecord(presets) ?? {}).flatMap(([name, described]) => {
    const { limits, params } = asRecord(described) ?? {}
    const parsed = parseLimits(limits ?? {})
    if (!parsed.ok) return []
    const forced = asRecord(asRecord(params)?.upload_preset)?.const
    const isForced = typeof forced === 'string'
    // A page that names no preset uses the endpoint's default, and its request names no preset
    // either.
    const serverPreset = isForced ? forced : name === DEFAULT_PRESET ? undefined : name
    return [{ name, limits: parsed.limits, serverPreset, isForced }]
  })
}

/** Does the key's preset fit the endpoint's limits: tighter refuses uploads, laxer binds compatible clients too little. @module */

import { type Limits, parseLimits } from '@countersign/protocol/limits'
import { browserKey } from '../app-settings.js'
import { type Answer, asRecord } from '../ask.js'
import { type Check, type Finding, green, notChecked } from '../check.js'
import { compareLimits } from '../compare-limits.js'
import { isDescribed } from '../signing-route.js'
import type { Subject } from '../subject.js'

/** The endpoint's limits beside the server's presets. */
export const preset: Check = { name: 'preset', title: 'Presets', run }

const MAX_PRESETS = 5

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
        'it takes a full key to read presets',
        'Set COUNTERSIGN_ADMIN_KEY and COUNTERSIGN_ADMIN_SECRET for this command.',
      ),
    ]
  }
  const ceilingName = browserKey(settings)?.preset ?? 'default'
  const ceiling = await readPreset(subject, admin, ceilingName)
  if ('finding' in ceiling) return [ceiling.finding]
  const endpoint = endpointLimits(route.discovery.json?.presets)
  const findings = endpoint
    .slice(0, MAX_PRESETS)
    .flatMap((one) => judgePreset(one, { name: ceilingName, limits: ceiling.limits }))
  if (findings.length > 0) return findings
  return [green(`The key’s preset ${ceilingName} fits the endpoint’s limits.`)]
}

function judgePreset(
  endpoint: { readonly name: string; readonly limits: Limits },
  ceiling: { readonly name: string; readonly limits: Limits },
): Finding[] {
  const { tighter, laxer } = compareLimits(endpoint.limits, ceiling.limits)
  const findings: Finding[] = []
  if (tighter.length > 0) {
    findings.push({
      severity: 'red',
      seen: `The key’s preset ${ceiling.name} is tighter than the endpoint’s ${endpoint.name}: the server refuses uploads that the endpoint allows.`,
      advice: `Widen the server’s preset (PUT …/upload_presets/${ceiling.name}), or narrow the endpoint’s limits.`,
      details: tighter,
    })
  }
  if (laxer.length > 0) {
    findings.push({
      severity: 'amber',
      seen: `The key’s preset ${ceiling.name} is much laxer than the endpoint’s ${endpoint.name}, and compatible clients are bound by it alone.`,
      advice: `Narrow the server’s preset (PUT …/upload_presets/${ceiling.name}) if such clients may upload.`,
      details: laxer,
    })
  }
  return findings
}

function adminKey({ options, settings }: Subject): { id: string; secret: string } | undefined {
  return options.admin ?? settings.keys.find(({ from }) => from === 'CLOUDINARY_URL')
}

async function readPreset(
  { ask, serverUrl, cloud }: Subject,
  admin: { readonly id: string; readonly secret: string },
  name: string,
): Promise<{ limits: Limits } | { finding: Finding }> {
  const path = `/v1_1/${encodeURIComponent(cloud ?? '')}/upload_presets/${encodeURIComponent(name)}`
  const credentials = Buffer.from(`${admin.id}:${admin.secret}`).toString('base64')
  const answer = await ask(new URL(path, serverUrl), {
    headers: { authorization: `Basic ${credentials}` },
  })
  if (!answer.ok) return { finding: notChecked(answer.message) }
  if (answer.status === 200) return { limits: limitsOf(answer) }
  if (answer.status === 404) {
    return {
      finding: {
        severity: 'red',
        seen: `The server has no preset ${name}, the ceiling of the app’s key.`,
        advice: 'Make it, or give the key another preset.',
      },
    }
  }
  return { finding: notChecked(`the Admin API refused the full key with ${answer.status}`) }
}

function limitsOf(answer: Answer): Limits {
  const settings = answer.ok ? asRecord(answer.json?.settings) : undefined
  const parsed = parseLimits(settings?.limits ?? {})
  return parsed.ok ? parsed.limits : {}
}

function endpointLimits(presets: unknown): { name: string; limits: Limits }[] {
  return Object.entries(asRecord(presets) ?? {}).flatMap(([name, described]) => {
    const parsed = parseLimits(asRecord(described)?.limits ?? {})
    return parsed.ok ? [{ name, limits: parsed.limits }] : []
  })
}

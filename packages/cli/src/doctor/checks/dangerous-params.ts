/** Checks that the route does not sign dangerous parameters. @module */

import { type Check, type Finding, green, notChecked } from '../check.js'
import { DANGEROUS_REQUESTS } from '../dangerous-requests.js'
import { errorCodeOf, type SigningRoute, signatureOf } from '../signing-route.js'
import type { Subject } from '../subject.js'

/** Asks the route to sign dangerous parameters. */
export const dangerousParams: Check = {
  name: 'dangerous-params',
  title: 'Dangerous parameters',
  run,
}

async function run({ routes }: Subject): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const route of routes) findings.push(await tryAll(route))
  return findings
}

async function tryAll(route: SigningRoute): Promise<Finding> {
  const { path, signing } = route
  if (!signing.ok) return notChecked(signing.message)
  if (signing.status === 401 || signing.status === 403) {
    return notChecked(
      `POST ${path} refuses anonymous callers, as it should`,
      'To try it as a signed-in user: --cookie "name=value", from the browser.',
    )
  }
  if (!signing.json || signing.status === 404 || signing.status === 405) {
    return notChecked(`POST ${path} does not answer the widget`)
  }
  const signed: string[] = []
  let tried = 0
  for (const { title, gives, params } of DANGEROUS_REQUESTS) {
    const answer = await route.sign(params)
    if (!answer.ok || errorCodeOf(answer) === 'rate_limited') break
    tried += 1
    if (signatureOf(answer) !== undefined) signed.push(`${title}: ${gives}`)
  }
  if (signed.length > 0) {
    return {
      severity: 'red',
      seen: `POST ${path} signed ${signed.length} of ${tried} requests that must be refused.`,
      advice:
        'Sign only what a list allows: createSignHandler refuses every parameter that its preset has no rule for.',
      details: signed,
    }
  }
  if (tried < DANGEROUS_REQUESTS.length) {
    return notChecked(
      `POST ${path} refused ${tried} requests and then stopped answering`,
      'A route that limits failures does so: run the doctor again in a minute.',
    )
  }
  return green(`POST ${path} refused all ${tried} requests.`)
}
